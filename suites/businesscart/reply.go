package businesscart

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"cartconform/spec"
	"cartconform/suites/stage"
)

// Reply is the answer to one call, read as leniently as possible: what is wrong
// with its form is the judge's business and was reported before a spec sees it.
type Reply struct {
	X   *spec.Exchange
	Doc map[string]any // nil when the body is no JSON object

	stage *stage.Stage
}

// Exchange gives the request and its answer.
func (r *Reply) Exchange() *spec.Exchange { return r.X }

// Stage gives the stage of the spec that asked.
func (r *Reply) Stage() *stage.Stage { return r.stage }

// Self gives the answer itself, for matchers.
func (r *Reply) Self() *Reply { return r }

// ask sends a call and watches what every answer has to keep. Without an answer
// the spec ends: a lost connection shows no promise but that the operation works.
func ask(ctx context.Context, c stage.Call) *Reply {
	r := try(ctx, c)
	r.mustExist(ctx)
	if status := r.Status(); (status == 405 || status == 501) && r.stage.Contract().Route(r.X.Request) == c.Operation {
		stage.Needs(ctx, "CART-GEN-01", r.X, "an operation under its documented method and path", r.Says())
	}
	return r
}

// mustExist ends the spec when there is no answer.
func (r *Reply) mustExist(ctx context.Context) {
	if id := works()[r.X.Operation]; r.X.Response == nil && id != "" {
		stage.Needs(ctx, id, r.X, "an answer", r.Says())
	}
}

// try is ask for a call that may stay unanswered.
func try(ctx context.Context, c stage.Call) *Reply {
	s := stage.Of(ctx)
	x, j := s.Send(ctx, c)
	return replyOf(s, x, j)
}

// replyOf reads an answer and watches what every answer has to keep.
func replyOf(s *stage.Stage, x *spec.Exchange, j spec.Judgement) *Reply {
	r := &Reply{X: x, stage: s}
	r.Doc, _ = j.Document.(map[string]any)
	watch(s, r)
	return r
}

// Status gives the status code; 0 when there was no answer.
func (r *Reply) Status() int {
	if r.X.Response == nil {
		return 0
	}
	return r.X.Response.Status
}

// Success reports whether the answer has a 2xx status.
func (r *Reply) Success() bool { return r.Status()/100 == 2 }

// Refused reports whether the request was refused as the caller's mistake.
func (r *Reply) Refused() bool { return r.Status()/100 == 4 }

// Says puts the answer into a few words.
func (r *Reply) Says() string {
	if r.X.Response == nil {
		return "no answer: " + r.X.Err.Error()
	}
	text := fmt.Sprintf("status %d", r.Status())
	for _, e := range objects(r.Doc["errors"]) {
		return text + " with error " + stage.Short(str(e["code"])+": "+str(e["message"]))
	}
	switch body := r.X.Response.Body; {
	case len(body) == 0:
		return text + " without a body"
	case r.Doc == nil:
		return text + " with a body that is no JSON object: " + stage.Short(string(body))
	default:
		return text + " with " + stage.Short(string(body))
	}
}

// Array gives the array under key; false when there is none.
func (r *Reply) Array(key string) ([]any, bool) {
	a, ok := r.Doc[key].([]any)
	return a, ok
}

// Lines gives the cart's lines as the answer lists them.
func (r *Reply) Lines() []Line {
	var lines []Line
	for _, o := range objects(r.Doc["items"]) {
		lines = append(lines, lineOf(o))
	}
	return lines
}

// Line gives the line with this itemId.
func (r *Reply) Line(itemID string) (Line, bool) {
	for _, line := range r.Lines() {
		if line.ItemID == itemID {
			return line, true
		}
	}
	return Line{}, false
}

// Rejected gives the answer's rejectedItems.
func (r *Reply) Rejected() []Rejection {
	var rejected []Rejection
	for _, o := range objects(r.Doc["rejectedItems"]) {
		rejected = append(rejected, Rejection{ID: str(o["id"]), Artifacts: artifactsOf(o["rejectionArtifacts"])})
	}
	return rejected
}

// Rejection is one element of rejectedItems.
type Rejection struct {
	ID        string
	Artifacts []Artifact
}

// Artifact is one reason of a rejection.
type Artifact struct {
	Type        string // rejectionArtifactType
	Message     string
	Quantity    int64 // of UnavailableQuantity; 0 when absent
	CartItemIDs []string
}

func artifactsOf(v any) []Artifact {
	var artifacts []Artifact
	for _, o := range objects(v) {
		quantity, _ := integer(o["quantity"])
		a := Artifact{Type: str(o["rejectionArtifactType"]), Message: str(o["message"]), Quantity: quantity}
		ids, _ := o["cartItemIdentifiers"].([]any)
		for _, id := range ids {
			a.CartItemIDs = append(a.CartItemIDs, str(id))
		}
		artifacts = append(artifacts, a)
	}
	return artifacts
}

// Line is one line of a cart, as an answer shows it.
type Line struct {
	ItemID       string
	Product      string
	BuyingOption string
	Quantity     int64 // 0 when it is no integer
	Available    bool
	Price        *Money // nil when absent
	TaxExclusive *Money
	Added        string // addedToCartDate
	Modified     string // modifiedDate
}

func lineOf(o map[string]any) Line {
	quantity, _ := integer(o["quantity"])
	available, _ := o["isItemAvailable"].(bool)
	return Line{
		ItemID: str(o["itemId"]), Product: str(o["productIdentifier"]), BuyingOption: str(o["buyingOptionIdentifier"]),
		Quantity: quantity, Available: available,
		Price: moneyOf(o["price"]), TaxExclusive: moneyOf(o["taxExclusivePrice"]),
		Added: str(o["addedToCartDate"]), Modified: str(o["modifiedDate"]),
	}
}

func (l Line) String() string {
	price := ""
	if l.Price != nil {
		price = " at " + l.Price.String()
	}
	return fmt.Sprintf("%d × %s%s (itemId %s)", l.Quantity, stage.Short(l.Product), price, stage.Short(l.ItemID))
}

func describe(lines []Line) string {
	if len(lines) == 0 {
		return "no lines"
	}
	texts := make([]string, len(lines))
	for i, line := range lines {
		texts[i] = line.String()
	}
	return strings.Join(texts, ", ")
}

// Money is an exact amount in one currency.
type Money struct {
	Currency string
	Amount   decimal.Decimal
}

func (m Money) String() string { return m.Currency + " " + m.Amount.String() }

// Equal reports whether two amounts are the same, however they are spelled.
func (m Money) Equal(other Money) bool {
	return m.Currency == other.Currency && m.Amount.Equal(other.Amount)
}

// Times multiplies an amount.
func (m Money) Times(n int64) Money {
	return Money{m.Currency, m.Amount.Mul(decimal.NewFromInt(n))}
}

func moneyOf(v any) *Money {
	o, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	amount, ok := number(o["amount"])
	if !ok {
		return nil
	}
	return &Money{Currency: str(o["currencyCode"]), Amount: amount}
}

// number reads a JSON number exactly. Numbers of more than 40 characters or
// with an exponent beyond ±30 are no amounts of money; written out they could
// fill the memory ("1e999999999").
func number(v any) (decimal.Decimal, bool) {
	n, ok := v.(json.Number)
	if !ok || len(n) > 40 {
		return decimal.Decimal{}, false
	}
	d, err := decimal.NewFromString(n.String())
	if err != nil || d.Exponent() > 30 || d.Exponent() < -30 {
		return decimal.Decimal{}, false
	}
	return d, true
}

// integer reads a JSON number that is a whole number, in whatever spelling.
func integer(v any) (int64, bool) {
	d, ok := number(v)
	if !ok || !d.IsInteger() || d.Abs().GreaterThan(decimal.New(1, 18)) {
		return 0, false
	}
	return d.IntPart(), true
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

func objects(v any) []map[string]any {
	elements, _ := v.([]any)
	var found []map[string]any
	for _, e := range elements {
		if o, ok := e.(map[string]any); ok {
			found = append(found, o)
		}
	}
	return found
}
