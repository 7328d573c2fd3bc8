package authyv1

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
)

// An object is the body of an answer, in the order of its members.
type object []member

// A member's value is a string, an int, a bool or an object.
type member struct {
	name  string
	value any
}

func (o object) json() []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:", m.name)
		if nested, ok := m.value.(object); ok {
			b.Write(nested.json())
			continue
		}
		text, _ := json.Marshal(m.value) // scalars have no way to fail
		b.Write(text)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// xml returns the object in the manner of Rails: dashes in the names, and the types of values that are no texts.
func (o object) xml(status int) []byte {
	root := "hash"
	if status != http.StatusOK {
		root = "errors"
	}
	b := bytes.NewBufferString(xml.Header)
	writeXML(b, root, o)
	return b.Bytes()
}

func writeXML(b *bytes.Buffer, name string, value any) {
	name = strings.ReplaceAll(name, "_", "-")
	typed := ""
	switch value.(type) {
	case int:
		typed = ` type="integer"`
	case bool:
		typed = ` type="boolean"`
	}
	b.WriteString("<" + name + typed + ">")
	if nested, ok := value.(object); ok {
		for _, m := range nested {
			writeXML(b, m.name, m.value)
		}
	} else {
		_ = xml.EscapeText(b, fmt.Append(nil, value)) // what XML cannot hold becomes U+FFFD
	}
	b.WriteString("</" + name + ">")
}
