package locale

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// A file is a message file flattened: {"sms": {"ttl": "..."}} is "sms.ttl", and the elements of a list are numbered.
type file map[string]string

func parseFile(data []byte) (file, error) {
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil, fmt.Errorf("locale: %w", err)
	}
	f := make(file, 128)
	return f, f.flatten("", tree)
}

func (f file) flatten(path string, v any) error {
	switch v := v.(type) {
	case string:
		f[path] = v
	case float64:
		f[path] = strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		for i, element := range v {
			if err := f.flatten(path+"."+strconv.Itoa(i), element); err != nil {
				return err
			}
		}
	case map[string]any:
		if path != "" {
			path += "."
		}
		for key, element := range v {
			if err := f.flatten(path+key, element); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("locale: %s: neither text nor number", path)
	}
	return nil
}
