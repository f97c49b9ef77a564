package spec

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// engine is one of the two validators.
type engine string

const (
	engineKin    engine = "kin-openapi"
	engineSecond engine = "jsonschema"
)

// dispute is a defect that one validator reports and the other one, asked about
// the same schema and value, does not.
type dispute struct {
	defect
	by engine // that refuses
}

// difference is a known way in which the two differ, and which side is right.
type difference struct {
	name    string
	why     string
	by      engine // that refuses
	right   engine
	applies func(defect) bool
}

// knownDifferences is data, not policy: each entry has a test that shows the
// value, and that the named side alone refuses it. A dispute that is not listed
// never fails a target (it becomes drift), but fails our own tests.
var knownDifferences = []difference{
	{
		name: "impossible date", by: engineSecond, right: engineSecond,
		why:     "kin looks at a pattern that takes 2025-02-30; RFC 3339 section 5.7 limits the day by month and year",
		applies: func(d defect) bool { return isFormat(d, "date", "date-time") && !possibleDay(d.value) },
	},
	{
		name: "leap second at the wrong time", by: engineSecond, right: engineSecond,
		why:     "RFC 3339 section 5.7: second 60 exists only at 23:59 UTC",
		applies: func(d defect) bool { return isFormat(d, "date-time") && second(d.value) == "60" },
	},
	{
		name: "offset beyond a day", by: engineSecond, right: engineSecond,
		why:     "RFC 3339 section 5.6: the hours of an offset end at 23, its minutes at 59; kin takes any two digits",
		applies: func(d defect) bool { return isFormat(d, "date-time") && !possibleOffset(d.value) },
	},
	{
		name: "lower-case t or z", by: engineKin, right: engineSecond,
		why: "RFC 3339 section 5.6: T and Z may be written in lower case; kin's pattern takes capitals only",
		applies: func(d defect) bool {
			text, _ := d.value.(string)
			return isFormat(d, "date-time") && dateTime.MatchString(strings.ToUpper(text))
		},
	},
	{
		name: "sign within a time", by: engineKin, right: engineKin,
		why: "jsonschema v5 reads the fields with strconv.Atoi, which takes T+1:+2:+3Z",
		applies: func(d defect) bool {
			text, _ := d.value.(string)
			return isFormat(d, "date-time") && !dateTime.MatchString(strings.ToUpper(text))
		},
	},
	{
		name: "number beyond a double", by: engineKin, right: engineSecond,
		why: "kin computes with float64 and refuses 1e309, which is a JSON number all the same",
		applies: func(d defect) bool {
			number, ok := d.value.(json.Number)
			if !ok {
				return false
			}
			_, err := number.Float64()
			return err != nil
		},
	},
	{
		name: "number that a double rounds, refused exactly", by: engineSecond, right: engineSecond,
		why:     "kin compares after rounding to float64: 2^53+1 passes maximum 2^53, 1.0000000000000000001 passes integer",
		applies: rounded,
	},
	{
		name: "number that a double rounds, refused after rounding", by: engineKin, right: engineSecond,
		why:     "kin compares after rounding to float64: 2^53+1 fails exclusiveMinimum 2^53",
		applies: rounded,
	},
	{
		name: "end of int64", by: engineSecond, right: engineSecond,
		why:     "kin takes 2^63 for 2^63-1, the nearest that a double has",
		applies: func(d defect) bool { return isFormat(d, "int64") && d.value == json.Number("9223372036854775808") },
	},
	{
		name: "equal numbers of different spelling", by: engineSecond, right: engineSecond,
		why:     "kin compares array items as text, so that [1, 1.0] is unique",
		applies: func(d defect) bool { return d.keyword == "uniqueItems" },
	},
}

var dateTime = regexp.MustCompile(openapi3.FormatOfStringDateTime)

func isFormat(d defect, names ...string) bool {
	for _, name := range names {
		if d.keyword == "format" && d.trail.schema().Format == name {
			return true
		}
	}
	return false
}

func possibleDay(value any) bool {
	text, _ := value.(string)
	if len(text) < len(time.DateOnly) {
		return false
	}
	_, err := time.Parse(time.DateOnly, text[:len(time.DateOnly)])
	return err == nil
}

// second returns the seconds of a date-time, as written.
func second(value any) string {
	text, _ := value.(string)
	if len(text) < len("2006-01-02T15:04:05") {
		return ""
	}
	return text[17:19]
}

func possibleOffset(value any) bool {
	text, _ := value.(string)
	at := strings.LastIndexAny(text, "+-")
	if at < len("2006-01-02T") || len(text)-at != len("+00:00") {
		return true
	}
	return text[at+1:at+3] <= "23" && text[at+4:] <= "59"
}

// rounded reports whether a double holds another number than the text says.
func rounded(d defect) bool {
	number, ok := d.value.(json.Number)
	if !ok {
		return false
	}
	nearest, err := number.Float64()
	if err != nil {
		return true
	}
	exact, ok := new(big.Rat).SetString(number.String())
	return ok && exact.Cmp(new(big.Rat).SetFloat64(nearest)) != 0
}

// known finds the listed difference that explains a dispute.
func (d dispute) known() (difference, bool) {
	for _, k := range knownDifferences {
		if k.by == d.by && k.applies(d.defect) {
			return k, true
		}
	}
	return difference{}, false
}

// settle decides disputes: those that count as defects, and those that nobody
// has listed. A dispute about a whole anyOf or oneOf is decided by what is in
// dispute within its branches, if all of that is listed.
func settle(disputes []dispute, kin, second validator) (defects []defect, unlisted []dispute) {
	for _, d := range disputes {
		if k, ok := d.known(); ok {
			if k.right == d.by {
				defects = append(defects, d.defect)
			}
			continue
		}
		if right, ok := settleBranches(d, kin, second, 0); ok {
			if right == d.by {
				defects = append(defects, d.defect)
			}
			continue
		}
		unlisted = append(unlisted, d)
	}
	return defects, unlisted
}

func settleBranches(d dispute, kin, second validator, depth int) (right engine, ok bool) {
	if !branching(d.keyword) || depth > 4 {
		return "", false
	}
	ok = true
	branches(d.trail, func(branch trail) bool {
		_, inner := compare(branch, d.value, kin, second)
		for _, one := range inner {
			side := engine("")
			if k, listed := one.known(); listed {
				side = k.right
			} else if side, listed = settleBranches(one, kin, second, depth+1); !listed {
				ok = false
			}
			if right != "" && right != side {
				ok = false
			}
			right = side
		}
		return ok
	})
	return right, ok && right != ""
}
