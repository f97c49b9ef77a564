package spec

import (
	"errors"
	"net/mail"
	"net/url"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// kinJudge is the first validator: kin-openapi, on values that are already
// decoded (its own ValidateResponse would decode again, and stops at the first
// bad header). It is safe for concurrent use.
type kinJudge struct {
	options []openapi3.SchemaValidationOption
}

// newKinJudge sets the formats for this contract alone, without kin's globals.
// date and date-time stay kin's own, so that they are judged twice; what it gets
// wrong stands in knownDifferences.
func newKinJudge() *kinJudge {
	formats := map[string]openapi3.StringFormatValidator{
		"uuid": openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForUUIDOfRFC9562),
		"email": openapi3.NewCallbackValidator(func(text string) error {
			address, err := mail.ParseAddress(text)
			if err == nil && address.Address != text {
				err = errors.New("more than an address")
			}
			return err
		}),
		"uri": openapi3.NewCallbackValidator(func(text string) error {
			u, err := url.Parse(text)
			if err == nil && !u.IsAbs() {
				err = errors.New("not absolute")
			}
			return err
		}),
	}
	for name, validator := range openapi3.SchemaStringFormats {
		if name == "date" || name == "date-time" || name == "byte" {
			formats[name] = validator
		}
	}
	return &kinJudge{options: []openapi3.SchemaValidationOption{
		openapi3.MultiErrors(),
		openapi3.WithStringFormatValidators(formats),
	}}
}

func (k *kinJudge) defects(t trail, value any) []defect {
	err := t.schema().VisitJSON(value, k.options...)
	if err == nil {
		return nil
	}
	return k.collect(nil, t, value, err)
}

// collect walks through everything that kin reports. A failed allOf keeps its
// causes in an unexported type, so its branches are visited one by one.
func (k *kinJudge) collect(out []defect, t trail, value any, err error) []defect {
	switch e := err.(type) { //nolint:errorlint // kin returns these two types bare
	case openapi3.MultiError:
		for _, one := range e {
			if len(out) >= maxCollected {
				break
			}
			out = k.collect(out, t, value, one)
		}
		return out
	case *openapi3.SchemaError:
		return k.one(out, t, value, e)
	}
	// No keyword is known (an unresolved reference, NaN): the value as a whole.
	return append(out, defect{keyword: "type", trail: t, value: value})
}

func (k *kinJudge) one(out []defect, t trail, value any, e *openapi3.SchemaError) []defect {
	d := defect{at: e.JSONPointer(), keyword: e.SchemaField}
	switch d.keyword {
	case "required":
		d.key = d.at[len(d.at)-1]
		d.at = d.at[:len(d.at)-1]
	case "nullable":
		d.keyword = "type"
	case "properties":
		d.keyword = "additionalProperties"
	}
	d.trail = find(t, e.Schema, d.at, value)
	if d.trail == nil { // not reachable by the path that kin gives
		d.trail = t
	}
	d.value, _ = lookup(value, d.at)
	if d.keyword != "allOf" {
		return append(out, d)
	}
	before := len(out)
	for i, ref := range d.trail.schema().AllOf {
		for _, inner := range k.defects(d.trail.then(ref, "allOf", strconv.Itoa(i)), d.value) {
			inner.at = slices.Concat(d.at, inner.at)
			out = append(out, inner)
		}
	}
	if len(out) == before {
		out = append(out, d)
	}
	return out
}

// find looks for the trail to a schema that applies to the value at a pointer.
func find(t trail, schema *openapi3.Schema, at []string, value any) trail {
	var found trail
	var visit func(t trail, at []string, value any)
	visit = func(t trail, at []string, value any) {
		if found != nil || len(t) > 4*maxDepth {
			return
		}
		if len(at) == 0 && t.schema() == schema {
			found = t
			return
		}
		for i := len(t) - 2; i >= 0 && t[i+1].same(); i-- { // recursion on the same value
			if t[i].ref.Value == t.schema() {
				return
			}
		}
		branches(t, func(branch trail) bool { visit(branch, at, value); return found == nil })
		if len(at) > 0 && found == nil {
			_, index := value.([]any)
			part, ok := lookup(value, at[:1])
			if !ok {
				return
			}
			below(t, at[0], index, func(child trail) bool { visit(child, at[1:], part); return found == nil })
		}
	}
	visit(t, at, value)
	return found
}
