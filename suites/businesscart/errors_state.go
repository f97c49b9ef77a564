package businesscart

import (
	"context"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"cartconform/spec"
	. "cartconform/suites/stage"
)

// errorsState holds the promises about what a refused request leaves behind.
func errorsState() {
	// A refused request changes nothing: not even the part of it that was good.
	for _, operation := range []string{addItems, modifyItems, deleteItems, estimate} {
		It("leaves the cart as it was when "+operation+" is refused", Judges("CART-ERR-13"), func(ctx SpecContext) {
			cart := EmptyCart(ctx)
			lines := cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
			ask(ctx, goodCall(ctx, operation, cart.ID, lines[0])).mustWork(ctx) // the good twin
			cart = EmptyCart(ctx)
			lines = cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
			before := cart.Items(ctx)
			judged := 0
			var answer *Reply
			for _, bad := range halfBadCalls(ctx, operation, cart.ID, lines) {
				answer = ask(ctx, bad.call)
				answer.mustBeHeard(ctx)
				if answer.crashed(bad.what) {
					continue
				}
				if !answer.Refused() { // that it is not is another promise's; start over
					cart = EmptyCart(ctx)
					cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
					break
				}
				judged++
				if !cart.mustBeAsBefore(ctx, before, answer, bad.what) {
					Fail("a refused request changed the cart") // the finding says which
				}
			}
			if judged == 0 {
				Needs(ctx, "CART-GEN-04", answer.X, "the bad request to be refused with a 4xx status", answer.Says())
			}
			cart.Add(ctx, Available(2), 1) // and it can still be changed
		})
	}

	// Whatever is sent as a body, the server does not fail over it.
	for _, operation := range []string{addItems, modifyItems, estimate} {
		It("does not fail over hostile bodies for "+operation, Judges("CART-ERR-15"), func(ctx SpecContext) {
			cart := EmptyCart(ctx)
			lines := cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
			good := goodCall(ctx, operation, cart.ID, lines[0])
			ask(ctx, good).mustWork(ctx)
			for _, hostile := range hostileBodies() {
				bad := good
				bad.Body = hostile.body

				answer := askBadly(ctx, bad, operation+" with "+hostile.what)

				answer.mustBeHeard(ctx)
				Expect(answer).NotTo(FailOnTheServer())
			}
			cart.Items(ctx)
			ask(ctx, goodCall(ctx, operation, cart.ID, lines[0])).mustWork(ctx)
		})
	}
}

// oddCall is a request that is wrong somewhere.
type oddCall struct {
	what string
	call Call
}

// halfBadCalls gives requests that the contract does not allow although a part
// of each is good.
func halfBadCalls(ctx context.Context, operation, cartID string, lines []Line) []oddCall {
	good := goodCall(ctx, operation, cartID, lines[0])
	elsewhere := good
	elsewhere.Query = "region=ZZ"
	odd := []oddCall{{operation + " for an undocumented region", elsewhere}}
	body := func(what string, content any) {
		c := call(ctx, operation, good.Method, good.Path, content)
		odd = append(odd, oddCall{operation + " " + what, c})
	}
	switch operation {
	case addItems:
		item := Available(2).Times(1).item(ctx)
		body("with a good item before one without a quantity", map[string]any{"items": []any{item,
			map[string]any{"productIdentifier": item.ProductIdentifier, "buyingOptionIdentifier": item.BuyingOptionIdentifier, "externalId": newExternalID(ctx)}}})
		body("with a good item before one without a product", map[string]any{"items": []any{item,
			map[string]any{"buyingOptionIdentifier": item.BuyingOptionIdentifier, "quantity": 1, "externalId": newExternalID(ctx)}}})
	case modifyItems:
		body("with a good change before one without a quantity", map[string]any{"items": []any{
			change{lines[0].ItemID, 4}, map[string]any{"itemId": lines[1].ItemID}}})
		body("with a removal before a change without a quantity", map[string]any{"items": []any{
			change{lines[1].ItemID, 0}, map[string]any{"itemId": lines[0].ItemID}}})
	case estimate:
		body("without an address", map[string]any{})
	}
	if good.Body != nil {
		cut := good
		cut.Body = good.Body[:len(good.Body)-1]
		odd = append(odd, oddCall{operation + " with a body that lacks its last brace", cut})
	}
	for _, c := range odd {
		mustBeBad(ctx, c.call, c.what)
	}
	return odd
}

// goodCall gives a request that the contract allows, and that would be seen in
// the cart if it is one that writes.
func goodCall(ctx context.Context, operation, cartID string, line Line) Call {
	switch operation {
	case listCarts:
		return listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, "")
	case getCart:
		return getCartCall(ctx, cartID)
	}
	for _, known := range onLines() {
		if known.name == operation {
			return known.call(ctx, cartID, line)
		}
	}
	panic("businesscart: no operation " + operation)
}

// askBadly sends a request that the contract does not allow. A 5xx ends the
// spec: nothing else can be learnt from it.
func askBadly(ctx context.Context, c Call, what string) *Reply {
	mustBeBad(ctx, c, what)
	answer := ask(ctx, c)
	answer.mustBeHeard(ctx)
	if answer.crashed(what) {
		Needs(ctx, "CART-ERR-15", answer.X, "no 5xx status for "+what, answer.Says())
	}
	return answer
}

// mustBeBad ends the spec unless both validators refuse the request: a target
// that accepts what they accept would be right.
func mustBeBad(ctx context.Context, c Call, what string) {
	kin, second := Of(ctx).Contract().Invalid(requestOf(c))
	if len(kin) == 0 || len(second) == 0 {
		Inconclusive(ctx, "%s is not a bad request: kin-openapi finds %q, jsonschema finds %q", what, kin, second)
	}
}

// anywhere stands for the target's address where only the contract is asked.
const anywhere = "https://target.invalid"

func requestOf(c Call) spec.Request {
	url := anywhere + c.Path
	if c.Query != "" {
		url += "?" + c.Query
	}
	return spec.Request{Method: c.Method, URL: url, Header: c.Header, Body: c.Body}
}

// hostile is a body that no request may have.
type hostile struct {
	what string
	body []byte
}

func hostileBodies() []hostile {
	const size = 60 << 10
	return []hostile{
		{"deeply nested arrays", []byte(strings.Repeat("[", size/2) + strings.Repeat("]", size/2))},
		{"deeply nested objects that never end", []byte(strings.Repeat(`{"items":`, size/9))},
		{"bytes that are no text", []byte("{\"items\":\"\xff\xfe\xfd\"")},
		{"a zero byte in the middle", []byte("{\"items\":\x00[]}")},
		{"a number alone", []byte("7")},
		{"null alone", []byte("null")},
		{"a long text alone", []byte(`"` + strings.Repeat("a", size) + `"`)},
		{"null in every place", []byte(`{"items":[null],"address":null}`)},
	}
}

// toUnknownCart sends a good request of each operation on carts for one that the
// buyer does not have, and gives the answers of status 400 and 404: the ones
// whose form the contract promises.
func toUnknownCart(ctx context.Context) []*Reply {
	cart := EmptyCart(ctx)
	line := cart.Add(ctx, Available(0), 1)
	unknown := unknownCart(ctx, cart.ID)
	var answers []*Reply
	for _, operation := range []string{getCart, getItems, addItems, modifyItems, estimate, deleteItems} {
		ask(ctx, goodCall(ctx, operation, cart.ID, line)).mustWork(ctx) // the good twin
		answer := ask(ctx, goodCall(ctx, operation, unknown, line))
		answer.mustBeHeard(ctx)
		switch answer.Status() {
		case http.StatusBadRequest, http.StatusNotFound:
			answers = append(answers, answer)
		default:
			Of(ctx).Observe(answer.X, operation+" for a cart that the buyer does not have", formOf(answer))
		}
	}
	return answers
}

// variousAnswers gives answers of each kind: success with and without a body,
// and refusals.
func variousAnswers(ctx context.Context) []*Reply {
	cart := EmptyCart(ctx)
	cart.Add(ctx, Available(0), 1)
	items := cart.Items(ctx)
	cleared := cart.Clear(ctx)
	cart.Reopen(ctx)
	answers := []*Reply{items, cleared}
	for _, odd := range oddCalls(ctx) {
		answers = append(answers, ask(ctx, odd.call))
	}
	return answers
}

// oddCalls gives requests that should be refused, each for another reason.
func oddCalls(ctx context.Context) []oddCall {
	cart := EmptyCart(ctx)
	noRegion := listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, "")
	noRegion.Query = ""
	broken := addItemsCall(ctx, cart.ID, Available(0).Times(1).item(ctx))
	broken.Body = broken.Body[:len(broken.Body)/2]
	foreign := addItemsCall(ctx, cart.ID, Available(0).Times(1).item(ctx))
	foreign.Header.Set("Content-Type", "application/xml")
	foreign.Body = []byte("<items/>")
	return []oddCall{
		{"getCart for an unknown cart", getCartCall(ctx, unknownCart(ctx, cart.ID))},
		{"listCarts without region", noRegion},
		{"addItems with a body that is cut off", broken},
		{"addItems with XML", foreign},
	}
}

// SucceedWithoutErrors matches a success answer that has no errors beside what
// it rejects.
func SucceedWithoutErrors() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a success status and no errors beside what is rejected",
		Seen:   (*Reply).Says,
		Holds:  func(r *Reply) bool { return r.Success() && !r.hasErrors() },
	}
}
