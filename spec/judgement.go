package spec

import "fmt"

// Judgement is everything that one exchange shows about the contract.
type Judgement struct {
	Operation  string      // operationId that the request was routed to; "" for none
	Document   any         // the response body, decoded once, numbers as json.Number; nil without a JSON body
	Violations []Violation // every broken constraint, in a stable order
	Drift      []Drift     // differences that break nothing, in a stable order
}

// Violation is one broken constraint of the contract. It never holds a whole
// body: Got is a short rendering of the offending value.
type Violation struct {
	Requirement string   // the id that the constraint names, or the API's catch-all
	Rule        string   // kind of constraint, e.g. "schema", "status", "content-type", "duplicate-key"
	Part        string   // where: "request", "status", "header <name>" or "body"
	Pointer     string   // JSON pointer into the body; "" elsewhere
	Wanted      string   // what the contract says
	Got         string   // what was there
	Contract    Position // the line of the contract that is broken; zero for a rule of HTTP or JSON itself
}

// String says the violation in one line.
func (v Violation) String() string {
	at := v.Part
	if v.Pointer != "" {
		at += " " + v.Pointer
	}
	text := fmt.Sprintf("%s: wanted %s, got %s", at, v.Wanted, v.Got)
	if v.Contract.File != "" {
		text += " (" + v.Contract.String() + ")"
	}
	return text
}

// Position is a line of one of the contract's files.
type Position struct {
	File string // relative to the project, e.g. "spec/businesscart/openapi.yaml"
	Line int    // from 1
}

func (p Position) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Drift is something that the contract does not describe and that breaks no
// requirement: an undocumented field, status, header or open-set value.
type Drift struct {
	Kind      DriftKind
	Operation string
	Status    int
	Where     string // JSON pointer with array indexes as *, or a header name; "" for a status
	Value     string // the undocumented value, shortened; "" where only the presence counts
}

// DriftKind says what kind of thing is undocumented.
type DriftKind string

// The kinds of drift.
const (
	DriftField  DriftKind = "field"
	DriftStatus DriftKind = "status"
	DriftHeader DriftKind = "header"
	DriftValue  DriftKind = "value"
	DriftForm   DriftKind = "form" // a spelling that the documents do not use: null for an absent field, 1e1 for 10
)
