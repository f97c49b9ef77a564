package remotecart

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cartconform/spec"
	"cartconform/spec/soap"
	"cartconform/suites/stage"
)

// Reply is the answer to one request, read as leniently as possible: what is wrong
// with its form is the judge's business and was reported before a spec sees it.
type Reply struct {
	X   *spec.Exchange
	Doc map[string]any // what the root element holds; nil when the body is no such document

	fault *soap.Fault // of an answer over SOAP; nil for none

	stage   *stage.Stage
	request request
}

// Exchange gives the request and its answer.
func (r *Reply) Exchange() *spec.Exchange { return r.X }

// Self gives the answer itself, for matchers.
func (r *Reply) Self() *Reply { return r }

// Stage gives the stage of the spec that asked.
func (r *Reply) Stage() *stage.Stage { return r.stage }

// ask sends a request in the form of REST and watches what every answer has to
// keep. Without an answer the spec ends: a lost connection shows no promise but
// that the operation works. So it does where the target is asked too fast, however
// often the transport tries again: that is no word about the request.
func ask(ctx context.Context, q request) *Reply {
	r := send(ctx, q, q.rest())
	r.mustExist(ctx)
	return r
}

// mustExist ends the spec unless there is an answer that tells of the request.
func (r *Reply) mustExist(ctx context.Context) {
	if slices.Contains(r.Codes(), "RequestThrottled") {
		stage.Inconclusive(ctx, "the target went on answering RequestThrottled to %s: lower remoteCart.rateLimit in the target description", r.request.operation)
	}
	if id := works()[r.request.operation]; r.X.Response == nil && id != "" {
		stage.Needs(ctx, id, r.X, "an answer", r.Says())
	}
	r.served(ctx)
	r.readable(ctx)
}

// readable ends the spec if the answer is no document of its operation, where there
// is such an operation: what it says cannot be held against any other promise then,
// but for the one that its root is called so.
func (r *Reply) readable(ctx context.Context) {
	known := works()[r.request.operation] != "" && !r.request.unjudged
	if r.Status()/100 == 2 && r.Doc == nil && known && !r.stage.Judging("RC-GEN-01") {
		stage.Needs(ctx, "RC-X-ENV-01", r.X, "a document of "+r.request.operation, r.Says())
	}
}

// served ends the spec where a request that is signed as it should be is refused for
// its signature: what the request would have shown is not seen.
func (r *Reply) served(ctx context.Context) {
	if r.request.credentials == stage.Valid && r.request.age == 0 && r.refusedAtTheDoor() {
		stage.Needs(ctx, "RC-GEN-02", r.X, "a fully signed request to be served", r.Says())
	}
}

// refusedAtTheDoor reports whether key, signature or timestamp are said to be wrong.
func (r *Reply) refusedAtTheDoor() bool {
	return slices.ContainsFunc(r.Codes(), func(code string) bool {
		return slices.Contains([]string{"SignatureDoesNotMatch", "InvalidClientTokenId", "MissingClientTokenId", "RequestExpired"}, code)
	})
}

// send sends a request in the form that it has been given, dated by the clock that
// the target holds timestamps against.
func send(ctx context.Context, q request, call stage.Call) *Reply {
	s := stage.Of(ctx)
	moved := stage.Recall[clock](s, clockKey)
	x, j := s.Send(ctx, moved.dated(call))
	r := replyOf(s, q, x, j)
	if moved.Ahead > 0 && !moved.Signing && q.age == 0 && slices.Contains(r.Codes(), "RequestExpired") {
		moved.Signing = true
		stage.Remember(s, clockKey, moved)
		return send(ctx, q, call)
	}
	watch(r)
	if q.cart != nil {
		q.cart.learn(r)
	}
	return r
}

// replyOf reads an answer.
func replyOf(s *stage.Stage, q request, x *spec.Exchange, j spec.Judgement) *Reply {
	r := &Reply{X: x, stage: s, request: q}
	r.Doc, _ = j.Document.(map[string]any)
	if x.Response != nil && x.Response.Status >= 400 && strings.Contains(x.Request.URL, soapPath) {
		if m, err := soap.Unwrap(x.Response.Body); err == nil {
			r.fault = m.Fault
		}
	}
	return r
}

// works names, for each operation, the promise that it works at all.
func works() map[string]string {
	return map[string]string{
		cartCreate: "RC-CREATE-01",
		cartAdd:    "RC-ADD-01",
		cartModify: "RC-MOD-01",
		cartGet:    "RC-GET-01",
		cartClear:  "RC-X-CLR-01",
	}
}

// serves reports whether an answer shows that its operation works: a cart, of a
// request that is called valid.
func serves(x *spec.Exchange, document any) bool {
	r := &Reply{X: x}
	r.Doc, _ = document.(map[string]any)
	return r.Valid() && r.CartID() != ""
}

// Status gives the status code; 0 when there was no answer.
func (r *Reply) Status() int {
	if r.X.Response == nil {
		return 0
	}
	return r.X.Response.Status
}

// Valid reports whether the request is called valid and nothing is said to be
// wrong with it.
func (r *Reply) Valid() bool {
	return r.Status()/100 == 2 && r.IsValid() == "True" && len(r.Errors()) == 0
}

// Fails reports whether the request failed, in any of the ways that the documents
// know: by its status, as not valid, or with errors. A service that is throttling
// says nothing about the request.
func (r *Reply) Fails() bool {
	switch status := r.Status(); {
	case status == 0, status == 503, status == 429:
		return false
	case status >= 400:
		return true
	}
	return r.IsValid() == "False" || len(r.Errors()) != 0
}

// IsValid gives the text of Request/IsValid; "" when there is none.
func (r *Reply) IsValid() string { return text(r.at("Cart", "Request", "IsValid")) }

// Failure is one Error.
type Failure struct{ Code, Message string }

// Errors gives what is said to be wrong: with the request, or at the front door.
func (r *Reply) Errors() []Failure {
	var found []Failure
	for _, path := range [][]string{{"Cart", "Request", "Errors", "Error"}, {"Cart", "Errors", "Error"}, {"OperationRequest", "Errors", "Error"}, {"Error"}, {"Errors", "Error"}} {
		for _, e := range objects(r.at(path...)) {
			found = append(found, Failure{text(e["Code"]), text(e["Message"])})
		}
	}
	if r.fault != nil {
		found = append(found, Failure{cmp.Or(r.fault.Sub, r.fault.Code), r.fault.Reason})
	}
	return found
}

// Codes gives the codes of the errors, sorted, each once.
func (r *Reply) Codes() []string {
	var codes []string
	for _, e := range r.Errors() {
		codes = append(codes, e.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// CartID, HMAC, URLEncodedHMAC and PurchaseURL give what the cart says of itself;
// "" when it does not.
func (r *Reply) CartID() string         { return text(r.at("Cart", "CartId")) }
func (r *Reply) HMAC() string           { return text(r.at("Cart", "HMAC")) }
func (r *Reply) URLEncodedHMAC() string { return text(r.at("Cart", "URLEncodedHMAC")) }
func (r *Reply) PurchaseURL() string    { return text(r.at("Cart", "PurchaseURL")) }

// Active and Saved give the entries of the two areas, also of saved ones that go by
// the name of active ones.
func (r *Reply) Active() []Line { return entriesOf(r.at("Cart", "CartItems", "CartItem")) }
func (r *Reply) Saved() []Line {
	area := r.at("Cart", "SavedForLaterItems")
	return slices.Concat(entriesOf(below(area, "SavedForLaterItem")), entriesOf(below(area, "CartItem")))
}

// All gives the entries of both areas.
func (r *Reply) All() []Line { return slices.Concat(r.Active(), r.Saved()) }

// Says puts the answer into a few words.
func (r *Reply) Says() string {
	if r.X.Response == nil {
		return "no answer: " + r.X.Err.Error()
	}
	says := fmt.Sprintf("status %d", r.Status())
	if r.fault != nil {
		return says + ", " + stage.Short(r.fault.Error())
	}
	if r.Doc == nil {
		if len(r.X.Response.Body) == 0 {
			return says + " without a body"
		}
		return says + " with " + stage.Short(string(r.X.Response.Body))
	}
	if valid := r.IsValid(); valid != "" {
		says += ", IsValid " + stage.Short(valid)
	}
	for _, e := range r.Errors() {
		says += ", error " + stage.Short(e.Code+": "+e.Message)
	}
	if id := r.CartID(); id != "" {
		says += ", cart " + stage.Short(id)
	}
	return says + ", " + seenEntries(r)
}

// Line is one entry of a cart, as an answer shows it.
type Line struct {
	ID        string // CartItemId
	ASIN      string
	Quantity  int64 // 0 when it is no integer
	Title     string
	Group     string // ProductGroup
	Price     *Money // of one unit; nil when absent
	ItemTotal *Money
	Fields    map[string]any // all that the answer says of it
}

func entriesOf(v any) []Line {
	var entries []Line
	for _, o := range objects(v) {
		entries = append(entries, Line{
			ID: text(o["CartItemId"]), ASIN: text(o["ASIN"]), Quantity: integer(o["Quantity"]), Title: text(o["Title"]),
			Group: text(o["ProductGroup"]), Price: moneyOf(o["Price"]), ItemTotal: moneyOf(o["ItemTotal"]), Fields: o,
		})
	}
	return entries
}

func (e Line) String() string {
	return fmt.Sprintf("%d × %s (CartItemId %s)", e.Quantity, stage.Short(e.ASIN), stage.Short(e.ID))
}

func describe(entries []Line) string {
	if len(entries) == 0 {
		return "nothing"
	}
	texts := make([]string, len(entries))
	for i, e := range entries {
		texts[i] = e.String()
	}
	return strings.Join(texts, ", ")
}

func seenEntries(r *Reply) string {
	return "in the cart: " + describe(r.Active()) + "; saved for later: " + describe(r.Saved())
}

// at gives what stands at a path below the root; nil when there is nothing. Of
// several elements of one name it takes the first.
func (r *Reply) at(path ...string) any { return below(r.Doc, path...) }

func below(v any, path ...string) any {
	for i, name := range path {
		if list, ok := v.([]any); ok && i < len(path) && len(list) != 0 {
			v = list[0]
		}
		o, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

// text gives the text of an element; "" for none.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case []any:
		if len(v) != 0 {
			return text(v[0])
		}
	}
	return ""
}

// integer reads a whole number, also with zeros behind a point; 0 when it is none.
func integer(v any) int64 {
	whole, fraction, _ := strings.Cut(strings.TrimSpace(text(v)), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.Trim(fraction, "0") != "" {
		return 0
	}
	return n
}

// objects gives the elements that hold others.
func objects(v any) []map[string]any {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var found []map[string]any
	for _, e := range list {
		if o, ok := e.(map[string]any); ok {
			found = append(found, o)
		}
	}
	return found
}
