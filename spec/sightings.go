package spec

import (
	"fmt"
	"net/textproto"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// Unseen is something that the description documents and that no exchange
// showed: the other side of Drift.
type Unseen struct {
	Kind      UnseenKind
	Operation string
	Status    int    // of the answer; 0 for what is sent
	Where     string // JSON pointer with array indexes as *, or the name of a header or parameter; "" for a status
	Value     string // the value of an enumeration; "" elsewhere
}

// UnseenKind says what kind of thing was never seen.
type UnseenKind string

// The kinds of unseen things. What lies inside of a thing that was never seen is
// not listed besides.
const (
	UnseenOperation    UnseenKind = "operation"     // was never called
	UnseenParameter    UnseenKind = "parameter"     // was never sent, in query or header
	UnseenRequestField UnseenKind = "request-field" // was never sent
	UnseenRequestValue UnseenKind = "request-value" // of an enumeration, was never sent
	UnseenStatus       UnseenKind = "status"        // was never answered
	UnseenHeader       UnseenKind = "header"        // of an answer
	UnseenField        UnseenKind = "field"         // of an answer
	UnseenValue        UnseenKind = "value"         // of an enumeration or open set, in an answer
)

// UnseenKinds returns every kind, in the order in which they are shown.
func UnseenKinds() []UnseenKind {
	return []UnseenKind{
		UnseenOperation, UnseenStatus, UnseenField, UnseenHeader, UnseenValue, UnseenParameter, UnseenRequestField, UnseenRequestValue,
	}
}

// Sightings collects what exchanges show of what a contract documents. It is not
// safe for concurrent use.
type Sightings struct {
	contract   *Contract
	shapes     shapes // of requests
	operations map[string]*sightedOperation
}

// Sightings returns a collector that has seen nothing yet.
func (c *Contract) Sightings() *Sightings {
	return &Sightings{contract: c, shapes: shapes{}, operations: map[string]*sightedOperation{}}
}

// sightedOperation is what was seen of one operation.
type sightedOperation struct {
	parameters map[string]*sighted
	request    sighted
	answers    map[string]*sightedAnswer // by the description's key, e.g. "200"
}

type sightedAnswer struct {
	headers map[string]bool // canonical
	body    sighted
}

// sighted is what was seen of one value. Parts that were not seen are nil.
type sighted struct {
	properties map[string]*sighted
	items      *sighted
	values     map[string]bool
}

// Add takes an exchange in. It costs decoding its bodies and routing its request;
// bodies that are no JSON show nothing.
func (s *Sightings) Add(x *Exchange) {
	op := s.contract.operationOf(x)
	if op == nil {
		return
	}
	seen := s.operations[op.id]
	if seen == nil {
		seen = &sightedOperation{parameters: map[string]*sighted{}, answers: map[string]*sightedAnswer{}}
		s.operations[op.id] = seen
	}
	s.sent(op, seen, x.Request)
	if x.Response == nil || x.Err != nil {
		return
	}
	key := op.answerKey(x.Response.Status)
	if key == "" {
		return
	}
	answer := seen.answers[key]
	if answer == nil {
		answer = &sightedAnswer{headers: map[string]bool{}}
		seen.answers[key] = answer
	}
	for name := range x.Response.Header {
		answer.headers[textproto.CanonicalMIMEHeaderKey(name)] = true
	}
	if usual := op.usual(key); usual != nil {
		answer.body.mark(usual.shape, usual.read(x.Response))
	}
}

func (s *Sightings) sent(op *operation, seen *sightedOperation, request Request) {
	hr, _, _, err := s.contract.find(request)
	if err != nil {
		return
	}
	query := hr.URL.Query()
	for _, p := range op.parameters {
		if indexed := newIndexed(p); indexed != nil {
			if list, _ := indexed.value(query); list != nil {
				if seen.parameters[p.Name] == nil {
					seen.parameters[p.Name] = &sighted{}
				}
				seen.parameters[p.Name].mark(s.shapes.of(p.Schema), list)
			}
			continue
		}
		var values []string
		switch p.In {
		case openapi3.ParameterInQuery:
			values = query[p.Name]
		case openapi3.ParameterInHeader:
			values = request.Header.Values(p.Name)
		}
		if len(values) == 0 {
			continue
		}
		if seen.parameters[p.Name] == nil {
			seen.parameters[p.Name] = &sighted{}
		}
		for _, value := range values {
			seen.parameters[p.Name].mark(s.shapes.of(p.Schema), value)
		}
	}
	if usual := op.usualRequest(); usual != nil && len(request.Body) > 0 {
		document, _, _ := usual.format.read(request.Body)
		seen.request.mark(usual.shape, document)
	}
}

// mark notes what value shows of its shape. null for a property shows nothing.
func (n *sighted) mark(s *shape, value any) {
	if s == nil {
		return
	}
	switch value := value.(type) {
	case map[string]any:
		for name, part := range value {
			child := s.properties[name]
			if child == nil || part == nil {
				continue
			}
			if n.properties == nil {
				n.properties = map[string]*sighted{}
			}
			if n.properties[name] == nil {
				n.properties[name] = &sighted{}
			}
			n.properties[name].mark(child, part)
		}
	case []any:
		if s.items == nil || len(value) == 0 {
			return
		}
		if n.items == nil {
			n.items = &sighted{}
		}
		for _, part := range value {
			n.items.mark(s.items, part)
		}
	case string:
		if !s.documented(value) {
			return
		}
		if n.values == nil {
			n.values = map[string]bool{}
		}
		n.values[value] = true
	}
}

// Unseen lists what was not seen, operation by operation, what is sent first.
// Operations that were never called count only when included says so.
func (s *Sightings) Unseen(included func(operation string) bool) []Unseen {
	var out []Unseen
	for _, id := range s.contract.names {
		op, seen := s.contract.operations[id], s.operations[id]
		if seen == nil {
			if included(id) {
				out = append(out, Unseen{Kind: UnseenOperation, Operation: id})
			}
			continue
		}
		out = append(out, s.unsent(op, seen)...)
		out = append(out, op.unanswered(seen)...)
	}
	return out
}

func (s *Sightings) unsent(op *operation, seen *sightedOperation) []Unseen {
	var out []Unseen
	for _, p := range op.parameters {
		if p.In != openapi3.ParameterInQuery && p.In != openapi3.ParameterInHeader {
			continue
		}
		sent := seen.parameters[p.Name]
		if sent == nil {
			out = append(out, Unseen{Kind: UnseenParameter, Operation: op.id, Where: p.Name})
			continue
		}
		if shape := s.shapes.of(p.Schema); shape != nil {
			for _, value := range sent.missing(shape) {
				out = append(out, Unseen{Kind: UnseenRequestValue, Operation: op.id, Where: p.Name, Value: value})
			}
		}
	}
	if usual := op.usualRequest(); usual != nil {
		l := lacking{field: UnseenRequestField, value: UnseenRequestValue, operation: op.id, pointer: usual.format.pointer}
		l.walk(usual.shape, &seen.request)
		out = append(out, l.out...)
	}
	return out
}

func (op *operation) unanswered(seen *sightedOperation) []Unseen {
	var out []Unseen
	for _, key := range sortedKeys(op.spec.Responses.Map()) {
		u := Unseen{Kind: UnseenStatus, Operation: op.id}
		var err error
		if u.Status, err = strconv.Atoi(key); err != nil { // "4XX", "default"
			u.Where = key
		}
		answer := seen.answers[key]
		if answer == nil {
			out = append(out, u)
			continue
		}
		for _, name := range sortedKeys(op.answers[op.spec.Responses.Value(key).Value].headerNames) {
			if !answer.headers[name] {
				out = append(out, Unseen{Kind: UnseenHeader, Operation: op.id, Status: u.Status, Where: name})
			}
		}
		if usual := op.usual(key); usual != nil {
			l := lacking{field: UnseenField, value: UnseenValue, operation: op.id, status: u.Status, pointer: usual.format.pointer}
			l.walk(usual.shape, &answer.body)
			out = append(out, l.out...)
		}
	}
	return out
}

// lacking walks over a shape and collects what was not seen of it. It goes into
// nothing that was not seen, so that it ends where a shape is recursive.
type lacking struct {
	field, value UnseenKind
	operation    string
	status       int
	pointer      func(at []string) string
	where        []string
	out          []Unseen
}

func (l *lacking) walk(s *shape, n *sighted) {
	for _, value := range n.missing(s) {
		l.add(l.value, value)
	}
	depth := len(l.where)
	for _, name := range sortedKeys(s.properties) {
		l.where = append(l.where[:depth], name)
		l.part(s.properties[name], n.properties[name])
	}
	if s.items != nil {
		l.where = append(l.where[:depth], "*")
		l.part(s.items, n.items)
	}
	l.where = l.where[:depth]
}

func (l *lacking) part(s *shape, n *sighted) {
	if n == nil {
		l.add(l.field, "")
		return
	}
	l.walk(s, n)
}

func (l *lacking) add(kind UnseenKind, value string) {
	l.out = append(l.out, Unseen{Kind: kind, Operation: l.operation, Status: l.status, Where: l.pointer(l.where), Value: value})
}

// missing lists the documented values that were not seen, sorted.
func (n *sighted) missing(s *shape) []string {
	var out []string
	for _, set := range []map[string]bool{s.known, s.closed} {
		for value := range set {
			if !n.values[value] && !slices.Contains(out, value) {
				out = append(out, value)
			}
		}
	}
	slices.Sort(out)
	return out
}

// answerKey gives the key under which the description documents a status; "" for
// none.
func (op *operation) answerKey(status int) string {
	for _, key := range []string{strconv.Itoa(status), fmt.Sprintf("%dXX", status/100), "default"} {
		if op.spec.Responses.Value(key) != nil {
			return key
		}
	}
	return ""
}

// usual gives the body that is documented under a key; nil for none.
func (op *operation) usual(key string) *body {
	return op.answers[op.spec.Responses.Value(key).Value].usual()
}

// usualRequest gives the body that a request has; nil for none.
func (op *operation) usualRequest() *body { return (&answer{bodies: op.request}).usual() }

// read decodes an answer as what is described; nil when it is not that.
func (b *body) read(r *Response) any {
	text, f := plain(r)
	if f != nil || len(text) == 0 {
		return nil
	}
	document, _, _ := b.format.read(text)
	return document
}
