package locale

import (
	"strings"
	"sync"
)

// regionLanguages gives every region that has telephone numbers of its own the language that a message is written in
// when nobody asked for one: the likeliest language by CLDR, frozen, with some decisions for the official language that
// more people read. Regions whose language is not written here have English.
var regionLanguages = map[string]string{
	"ar":      "AE BH DZ EG EH IQ JO KM KW LB LY MA MR OM PS QA SA SD SY TN YE",
	"az":      "AZ",
	"be":      "BY",
	"bg":      "BG",
	"bn":      "BD",
	"bs":      "BA",
	"ca":      "AD",
	"cs":      "CZ",
	"da":      "DK FO GL",
	"de":      "AT CH DE LI",
	"el":      "CY GR",
	"es":      "AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PR PY SV UY VE",
	"et":      "EE",
	"fa":      "AF IR",
	"fi":      "FI",
	"fil":     "PH",
	"fr":      "BF BI BJ BL CD CF CG CI CM DJ FR GA GF GN GP HT LU MC MF MG ML MQ MU NC NE PF PM RE SC SN TD TG WF YT",
	"he":      "IL",
	"hr":      "HR",
	"hu":      "HU",
	"id":      "ID",
	"it":      "IT SM VA",
	"ja":      "JP",
	"ka":      "GE",
	"km":      "KH",
	"ko":      "KP KR",
	"ky":      "KG",
	"lt":      "LT",
	"lv":      "LV",
	"mk":      "MK",
	"ms":      "BN MY",
	"my":      "MM",
	"nb":      "NO SJ",
	"nl":      "AW BE BQ CW NL SR",
	"pl":      "PL",
	"pt-BR":   "BR",
	"pt-PT":   "AO CV GW MZ PT ST TL",
	"ro":      "MD RO",
	"ru":      "KZ RU",
	"sk":      "SK",
	"sl":      "SI",
	"sq":      "AL XK",
	"sr":      "RS",
	"sr-Latn": "ME",
	"sv":      "AX SE",
	"sw":      "KE TZ UG",
	"th":      "TH",
	"tr":      "TR",
	"uk":      "UA",
	"ur":      "PK",
	"vi":      "VN",
	"zh-HK":   "HK MO",
	"zh-Hans": "CN",
	"zh-Hant": "TW",
	"en": "AC AG AI AM AS AU BB BM BS BT BW BZ CA CC CK CX DM ER ET FJ FK FM GB GD GG GH GI GM GU GY IE IM IN " +
		"IO IS JE JM KI KN KY LA LC LK LR LS MH MN MP MS MT MV MW NA NF NG NP NR NU NZ PG PW RW SB SG SH SL " +
		"SO SS SX SZ TA TC TJ TK TM TO TT TV US UZ VC VG VI VU WS ZA ZM ZW",
}

// regionDefaults is regionLanguages by region.
var regionDefaults = sync.OnceValue(func() map[string]string {
	byRegion := make(map[string]string, 256)
	for tag, regions := range regionLanguages {
		for region := range strings.FieldsSeq(regions) {
			byRegion[region] = tag
		}
	}
	return byRegion
})
