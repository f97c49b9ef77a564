package spec

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"cartconform/spec/xmlform"
)

// Judge judges the answer of an exchange; what is wrong with its request is
// JudgeRequest's business, since the suites break the contract on purpose.
//
// The operation is the one that the request's method and path lead to; for an
// error answer to a request that leads nowhere it is the one that the sender
// meant. Without either, and without a complete answer, the judgement is empty.
//
// It costs about 5 times decoding the body, mostly the two validators, and never
// panics or hangs whatever the answer is.
func (c *Contract) Judge(x *Exchange) Judgement {
	op := c.operationOf(x)
	if op == nil {
		return Judgement{}
	}
	if x.Response == nil || x.Err != nil { // a torn connection is nobody's promise
		return Judgement{Operation: op.id}
	}
	run := judging{contract: c, op: op, exchange: x, response: x.Response}
	run.judge()
	return Judgement{
		Operation: op.id, Document: run.document, Violations: run.violations,
		Drift: sortDrift(run.drift, op.id, x.Response.Status),
	}
}

// operationOf is the operation that an exchange is judged as; nil for none.
func (c *Contract) operationOf(x *Exchange) *operation {
	op := c.route(x.Request)
	if op == nil && x.Response != nil && x.Response.Status >= 400 {
		return c.operations[x.Operation]
	}
	return op
}

// judging is one call of Judge.
type judging struct {
	contract *Contract
	op       *operation
	exchange *Exchange
	response *Response
	answer   *answer // as documented; nil for none

	undocumented bool // the status is not documented; answer is that of another one

	document   any
	violations []Violation
	drift      []Drift
	disputes   []dispute
}

func (j *judging) judge() {
	status := j.response.Status
	j.answer = j.op.answer(status)
	j.drift = headerDrift(j.drift, j.op, j.answer, j.response)
	switch {
	case j.answer != nil:
	case status >= 400:
		j.drift = append(j.drift, Drift{Kind: DriftStatus})
		j.document = j.op.decoded(j.response)
		return
	case status >= 200 && status < 300:
		// Its body is judged as that of the documented success, which it stands for.
		j.answer, j.undocumented = j.op.successAnswer(), true
		j.wrongSuccess()
		if j.answer == nil {
			return
		}
	default:
		j.violate(Violation{Rule: "status", Part: "status",
			Wanted: "a documented status: " + j.op.documented, Got: statusText(status)})
		return
	}
	j.headers()
	j.body()
	if j.tolerant() {
		j.soften()
	}
}

// tolerant reports whether nothing about the answer breaks a promise: the
// description says so, or the request was itself outside the contract, so that a
// gateway may have answered before the service saw it.
func (j *judging) tolerant() bool {
	if len(j.violations) == 0 {
		return false
	}
	if j.answer.drift {
		return true
	}
	return j.response.Status >= 400 && len(j.contract.JudgeRequest(j.exchange)) > 0
}

// soften turns violations into drift.
func (j *judging) soften() {
	for _, v := range j.violations {
		j.drift = append(j.drift, v.drift())
	}
	j.violations = nil
}

// drift is what a violation amounts to that is nobody's promise.
func (v Violation) drift() Drift {
	if v.Rule == "status" {
		return Drift{Kind: DriftStatus}
	}
	where := starred(v.Pointer)
	if where == "" && v.Part != "body" {
		where = strings.TrimPrefix(v.Part, "header ")
	}
	return Drift{Kind: DriftForm, Where: where, Value: cut("wanted " + v.Wanted + ", got " + v.Got)}
}

func (j *judging) violate(v Violation) {
	if v.Requirement == "" {
		v.Requirement = j.op.document.Default
	}
	if v.Requirement == "" {
		j.drift = append(j.drift, v.drift())
		return
	}
	j.violations = append(j.violations, v)
}

func (j *judging) wrongSuccess() {
	v := Violation{Rule: "status", Part: "status", Wanted: "the success status " + joinOr(j.op.success), Got: statusText(j.response.Status)}
	if j.answer != nil {
		v.Requirement = AttributedTo(j.answer.response.Extensions, j.op.id)
		v.Contract = originPosition(j.op.document.File, j.answer.origin, "", "")
	}
	j.violate(v)
}

func statusText(status int) string {
	if text := http.StatusText(status); text != "" {
		return strconv.Itoa(status) + " " + text
	}
	return strconv.Itoa(status)
}

// whole reports that something is wrong with the body as a whole.
func (j *judging) whole(f flaw) {
	v := Violation{Rule: f.rule, Part: f.part, Wanted: f.wanted, Got: f.got,
		Requirement: byOperation(j.answer.response.Extensions[extBodyRequirement], j.op.id)}
	if f.rule == "content-type" || f.rule == "no-body" || f.rule == "body" {
		v.Contract = originPosition(j.op.document.File, j.answer.origin, "content", "")
	}
	j.violate(v)
}

func (j *judging) body() {
	r := j.response
	if len(j.answer.bodies) == 0 {
		j.noBody()
		return
	}
	text, f := plain(r)
	if f != nil && f.rule == "unread-encoding" {
		// RFC 9110, section 12.5.3: without Accept-Encoding any coding will do.
		asked := strings.ToLower(strings.Join(j.exchange.Request.Header.Values("Accept-Encoding"), ","))
		coding := strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding")))
		if asked == "" || strings.Contains(asked, coding) || strings.Contains(asked, "*") {
			j.drift = append(j.drift, Drift{Kind: DriftForm, Where: "Content-Encoding", Value: cut("a body that is not judged, in the coding " + coding)})
			return
		}
		f.rule = "content-encoding"
	}
	if f != nil {
		j.whole(*f)
		return
	}
	usual := j.answer.usual()
	name, typeFlaw := mediaType(r.Header, usual.format)
	described := j.answer.bodies[name]
	if described == nil && typeFlaw == nil {
		got := strconv.Quote(cut(name))
		if len(r.Header.Values("Content-Type")) == 0 {
			got = "no Content-Type"
		}
		typeFlaw = &flaw{rule: "content-type", part: "header Content-Type", wanted: joinOr(sortedKeys(j.answer.bodies)), got: got}
	}
	if len(text) == 0 && j.undocumented {
		return // follows from the wrong status, which is reported
	}
	if len(text) == 0 {
		j.whole(flaw{rule: "body", part: "body", wanted: usual.format.noun(), got: "no body"})
		return
	}
	if described == nil { // judge what is there by what should be
		described = usual
	}
	read := j.read(described, text)
	j.document = read.document
	if j.document == nil && r.Status >= 400 { // a refusal in another form still says why
		j.document = generic(described.format, text)
	}
	switch {
	case typeFlaw == nil:
	case r.Status >= 400 && j.document != nil: // an errors object is one under any label
		j.drift = append(j.drift, Drift{Kind: DriftForm, Where: "Content-Type", Value: typeFlaw.got})
	default:
		j.whole(*typeFlaw)
		if read.document == nil {
			return // an HTML page is neither JSON nor XML: one defect, not two
		}
	}
	j.violations = append(j.violations, read.violations...)
	j.drift = append(j.drift, read.drift...)
	j.disputes = append(j.disputes, read.disputes...)
}

// wire reports a flaw of the text, for whose promise the place keeps.
func (j *judging) wire(t trail, how format, f flaw) {
	if f.drift {
		j.drift = append(j.drift, Drift{Kind: DriftField, Where: starred(how.pointer(f.at))})
		return
	}
	if f.fatal && len(f.at) == 0 {
		j.whole(f)
		return
	}
	place := along(t, f.at)
	if f.rule == xmlform.OrderExtension {
		place = ordering(t, f.at)
	}
	owner := place
	if f.rule == string(xmlform.RuleNamespace) { // the promise of the document, not of the element
		owner = t
	}
	j.violate(Violation{Rule: f.rule, Part: f.part, Pointer: how.pointer(f.at), Wanted: f.wanted, Got: f.got,
		Requirement: owner.attribution(f.rule, j.op.id), Contract: place.positionOf(j.op.document.File, f.rule, "")})
}

// ordering finds the schema whose order an element does not keep: one of the object
// that it is in.
func ordering(t trail, at []string) trail {
	if n := len(at); n > 0 {
		if _, index := arrayIndex(at[n-1]); index {
			at = at[:n-1]
		}
	}
	object := along(t, at[:max(len(at)-1, 0)])
	found := object
	var visit func(t trail) bool
	visit = func(t trail) bool {
		if _, ok := t.schema().Extensions[xmlform.OrderExtension]; ok {
			found = t
			return false
		}
		more := true
		branches(t, func(branch trail) bool { more = visit(branch); return more })
		return more
	}
	visit(object)
	return found
}

// along follows a pointer as far as the description goes.
func along(t trail, at []string) trail {
	for _, token := range at {
		next := trail(nil)
		_, index := arrayIndex(token)
		var visit func(t trail) bool
		visit = func(t trail) bool {
			below(t, token, index && t.schema().Items != nil, func(child trail) bool { next = child; return false })
			if next == nil && len(t) < maxDepth {
				branches(t, visit)
			}
			return next == nil
		}
		visit(t)
		if next == nil {
			return t
		}
		t = next
	}
	return t
}

func (j *judging) schema(t trail, described *body, document any) {
	walker := drifting{pointer: described.format.pointer}
	cleaned, _ := walker.walk(described.shape, document)
	for d := range walker.seen {
		j.drift = append(j.drift, d)
	}
	broken, unlisted := j.contract.broken(t, cleaned)
	for _, d := range broken {
		v := violation(d, "body", j.op, described.format)
		j.violate(v)
	}
	j.unlisted(unlisted, "")
}

// unlisted keeps a validator's own mistake from failing a target.
func (j *judging) unlisted(disputes []dispute, header string) {
	for _, d := range disputes {
		where := header
		if where == "" {
			where = starred(Pointer(d.at...))
		}
		j.drift = append(j.drift, Drift{Kind: DriftForm, Where: where,
			Value: cut(fmt.Sprintf("validators disagree: %s alone wants %s, got %s", d.by, d.wanted(), d.got()))})
	}
	j.disputes = append(j.disputes, disputes...)
}

// violation puts a defect into words and finds whose promise it breaks.
func violation(d defect, part string, op *operation, how format) Violation {
	v := Violation{Rule: "schema", Part: part, Pointer: how.pointer(d.place()),
		Contract: d.trail.positionOf(op.document.File, d.keyword, d.key)}
	v.Wanted, v.Got = how.words(d)
	if d.keyword == "required" {
		v.Requirement = d.trail.missing(d.key, op.id)
	} else {
		v.Requirement = d.trail.attribution(d.keyword, op.id)
		if note := d.trail.note(op.id); note != "" {
			v.Wanted += " (" + note + ")"
		}
	}
	return v
}

// noBody judges an answer that may have no body.
func (j *judging) noBody() {
	r := j.response
	length, _ := strconv.Atoi(r.Header.Get("Content-Length"))
	var got string
	switch {
	case len(r.Body) > 0:
		got = count(len(r.Body), "byte") + ": " + sample(r.Body)
	case r.Unread > 0:
		got = count(r.Unread, "byte") + " after the head"
	case length > 0 && r.Status == http.StatusNoContent:
		got = "Content-Length: " + strconv.Itoa(length)
	default:
		return
	}
	j.whole(flaw{rule: "no-body", part: "body", wanted: "no body", got: got})
}

// decoded is the body of an answer that is not judged; nil unless it can be
// decoded as the operation's other answers are.
func (op *operation) decoded(r *Response) any {
	text, f := plain(r)
	if f != nil || len(text) == 0 {
		return nil
	}
	for _, status := range sortedKeys(op.spec.Responses.Map()) {
		if usual := op.answers[op.spec.Responses.Value(status).Value].usual(); usual != nil {
			return generic(usual.format, text)
		}
	}
	return generic(jsonFormat{}, text)
}

// headers judges the documented response headers, each for itself, so that a bad
// one hides neither the others nor the body.
func (j *judging) headers() {
	for _, name := range sortedKeys(j.answer.response.Headers) {
		header := j.answer.response.Headers[name].Value
		values := j.response.Header.Values(name)
		part := "header " + name
		v := Violation{Rule: "header", Part: part, Requirement: AttributedTo(header.Extensions, j.op.id),
			Contract: originPosition(j.op.document.File, header.Origin, "", "")}
		switch {
		case len(values) == 0 && header.Required:
			v.Wanted, v.Got = "the header "+name, "none"
			j.violate(v)
			continue
		case len(values) == 0 || header.Schema == nil:
			continue
		case len(values) > 1 && !header.Schema.Value.Type.Is(openapi3.TypeArray):
			j.drift = append(j.drift, Drift{Kind: DriftForm, Where: http.CanonicalHeaderKey(name), Value: "more than one value"})
		}
		value, ok := parseText(header.Schema.Value, values[0])
		if !ok {
			v.Wanted, v.Got = typeText(header.Schema.Value), show(values[0])
			j.violate(v)
			continue
		}
		broken, unlisted := j.contract.broken(newTrail(header.Schema), value)
		for _, d := range broken {
			bad := violation(d, part, j.op, jsonFormat{})
			bad.Pointer = ""
			if bad.Requirement == "" {
				bad.Requirement = v.Requirement
			}
			j.violate(bad)
		}
		j.unlisted(unlisted, http.CanonicalHeaderKey(name))
	}
}
