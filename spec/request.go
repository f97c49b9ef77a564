package spec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// JudgeRequest reports what is wrong with the request of an exchange; nothing
// means that it keeps the contract. A violation that the description attributes
// to no id has none: to break a rule of the request is nobody's promise. A
// request that leads to no operation is one violation.
func (c *Contract) JudgeRequest(x *Exchange) []Violation {
	agreed, _ := c.judgeRequest(x.Request)
	return agreed
}

// Invalid reports what each validator finds wrong with a request, apart. They
// are meant for proofs: a negative request is one that both refuse.
func (c *Contract) Invalid(request Request) (kin, second []string) {
	_, verdict := c.judgeRequest(request)
	return verdict.kin, verdict.second
}

// verdict is what each validator says about a request, in words.
type verdict struct{ kin, second []string }

func (v *verdict) both(text string) { v.kin, v.second = append(v.kin, text), append(v.second, text) }

func (c *Contract) judgeRequest(request Request) (violations []Violation, said verdict) {
	hr, route, values, err := c.find(request)
	if err != nil {
		said.both(err.Error())
		return []Violation{{Rule: "route", Part: "request", Wanted: "a method and path of the description", Got: request.Method + " " + cut(request.URL)}}, said
	}
	op := c.operations[route.Operation.OperationID]
	input := &openapi3filter.RequestValidationInput{
		Request: hr, PathParams: values, Route: route,
		Options: &openapi3filter.Options{
			MultiError: true, SkipSettingDefaults: true, ExcludeRequestBody: true,
			AuthenticationFunc:      openapi3filter.NoopAuthenticationFunc,
			SchemaValidationOptions: c.kin.options,
		},
	}
	query := hr.URL.Query()
	for _, parameter := range op.parameters {
		if indexed := newIndexed(parameter); indexed != nil {
			bad, verdict := c.judgeIndexed(op, indexed, query)
			said.kin, said.second = append(said.kin, verdict.kin...), append(said.second, verdict.second...)
			violations = append(violations, bad...)
			continue
		}
		violation, verdict := c.judgeParameter(op, parameter, input, query[parameter.Name], values)
		said.kin, said.second = append(said.kin, verdict.kin...), append(said.second, verdict.second...)
		violations = append(violations, violation...)
	}
	if route.Operation.RequestBody != nil {
		bad, verdict := c.judgeRequestBody(op, request)
		said.kin, said.second = append(said.kin, verdict.kin...), append(said.second, verdict.second...)
		violations = append(violations, bad...)
	}
	return violations, said
}

// judgeParameter lets kin read and judge a parameter, and the second validator
// what a plain reading of the text gives.
func (c *Contract) judgeParameter(op *operation, p *openapi3.Parameter, input *openapi3filter.RequestValidationInput, query []string, path map[string]string) (violations []Violation, said verdict) {
	label := p.In + " parameter " + p.Name
	place := originPosition(op.document.File, p.Origin, "", "")
	if err := openapi3filter.ValidateParameter(context.Background(), input, p); err != nil {
		said.kin = append(said.kin, label+": "+kinReason(err))
	}
	var text string
	found := true
	switch p.In {
	case openapi3.ParameterInQuery:
		if found = len(query) > 0; found {
			text = query[0]
		}
	case openapi3.ParameterInHeader:
		list := input.Request.Header.Values(p.Name)
		if found = len(list) > 0; found {
			text = list[0]
		}
	case openapi3.ParameterInPath:
		text, found = path[p.Name]
	default:
		return nil, said // cookies: the API has none
	}
	bad := Violation{Rule: "parameter", Part: "request", Requirement: AttributedTo(p.Extensions, op.id), Contract: place}
	var defects []defect
	switch {
	case !found && p.Required:
		said.second = append(said.second, label+": missing")
		bad.Wanted, bad.Got = "the "+label, "none"
		violations = append(violations, bad)
	case found && p.Schema != nil:
		t := newTrail(p.Schema)
		value, ok := parseText(p.Schema.Value, text)
		if !ok {
			said.second = append(said.second, label+": not "+typeText(p.Schema.Value))
			bad.Requirement = t.attribution("type", op.id)
			bad.Wanted, bad.Got = label+": "+typeText(p.Schema.Value), show(text)
			violations = append(violations, bad)
			break
		}
		defects, _ = c.broken(t, value)
		for _, d := range c.second.defects(t, value) {
			said.second = append(said.second, label+": "+d.keyword)
		}
	}
	for _, d := range defects {
		v := violation(d, "request", op, jsonFormat{})
		v.Rule, v.Pointer, v.Wanted = "parameter", "", label+": "+v.Wanted
		violations = append(violations, v)
	}
	return violations, said
}

func (c *Contract) judgeRequestBody(op *operation, request Request) (violations []Violation, said verdict) {
	described := op.spec.RequestBody.Value
	place := originPosition(op.document.File, described.Origin, "", "")
	usual := op.usualRequest()
	report := func(f flaw, id string) {
		said.both(f.rule + ": " + f.got)
		at := ""
		if len(f.at) > 0 {
			at = usual.format.pointer(f.at)
		}
		violations = append(violations, Violation{Rule: f.rule, Part: "request", Pointer: at, Wanted: f.wanted, Got: f.got, Requirement: id, Contract: place})
	}
	if usual == nil { // nothing is said about the body
		return nil, said
	}
	if len(request.Body) == 0 {
		if described.Required {
			report(flaw{rule: "body", wanted: usual.format.noun(), got: "no body"}, "")
		}
		return violations, said
	}
	name, typeFlaw := mediaType(request.Header, usual.format)
	media := op.request[name]
	switch {
	case typeFlaw != nil:
		report(*typeFlaw, c.options.ContentType)
	case len(request.Header.Values("Content-Type")) == 0: // RFC 9110 lets a recipient guess
		report(flaw{rule: "content-type", wanted: joinOr(sortedKeys(described.Content)), got: "no Content-Type"}, "")
	case media == nil:
		report(flaw{rule: "content-type", wanted: joinOr(sortedKeys(described.Content)), got: strconv.Quote(cut(request.Header.Get("Content-Type")))}, c.options.ContentType)
	}
	if media == nil {
		return violations, said
	}
	document, flaws, ok := media.format.read(request.Body)
	for _, f := range flaws {
		if f.drift {
			continue
		}
		if f.rule == "json" || f.rule == "xml" {
			report(f, c.options.Malformed)
		} else { // RFC 8259 leaves to the reader what it makes of a key that stands twice
			report(f, "")
		}
	}
	if !ok {
		return violations, said
	}
	t := newTrail(media.schema)
	for _, d := range c.kin.defects(t, document) {
		said.kin = append(said.kin, Pointer(d.at...)+": "+d.keyword)
	}
	for _, d := range c.second.defects(t, document) {
		said.second = append(said.second, Pointer(d.at...)+": "+d.keyword)
	}
	broken, _ := c.broken(t, document)
	for _, d := range broken {
		violations = append(violations, violation(d, "request", op, media.format))
	}
	return violations, said
}

// kinReason says in a few words why kin refuses a parameter, without its value.
func kinReason(err error) string {
	var schema *openapi3.SchemaError
	var parse *openapi3filter.ParseError
	var request *openapi3filter.RequestError
	switch {
	case errors.As(err, &schema):
		return schema.SchemaField
	case errors.As(err, &parse):
		return "unreadable"
	case errors.As(err, &request) && request.Err != nil:
		return request.Err.Error()
	}
	return fmt.Sprintf("%T", err)
}

var (
	integerText = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	numberText  = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$`)
)

// parseText reads the text of a parameter or header as its schema's type: the
// "simple" and "form" styles of a scalar, and of a list of scalars with commas
// between them. Objects stay text; the APIs have none.
func parseText(s *openapi3.Schema, text string) (value any, ok bool) {
	switch {
	case s.Type.Is(openapi3.TypeInteger):
		if len(text) > maxDigits || !integerText.MatchString(text) {
			return nil, false
		}
		return json.Number(text), true
	case s.Type.Is(openapi3.TypeNumber):
		if len(text) > maxDigits || !numberText.MatchString(text) {
			return nil, false
		}
		return json.Number(text), true
	case s.Type.Is(openapi3.TypeArray) && s.Items != nil:
		var list []any
		for part := range strings.SplitSeq(text, ",") {
			value, ok := parseText(s.Items.Value, part)
			if !ok {
				return nil, false
			}
			list = append(list, value)
		}
		return list, true
	case s.Type.Is(openapi3.TypeBoolean):
		switch text {
		case "true", "false":
			return text == "true", true
		}
		return nil, false
	}
	return text, true
}
