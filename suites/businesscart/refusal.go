package businesscart

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/onsi/gomega/types"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// This file is the vocabulary of requests that are to be refused, and of the
// forms that answers have on the wire.

// crashed reports a 5xx answer to a request that the contract does not allow: it
// is CART-ERR-15's, whichever promise the request was about.
func (r *Reply) crashed(what string) bool {
	if r.Status()/100 != 5 {
		return false
	}
	r.stage.Report("CART-ERR-15", r.X, "no 5xx status for "+what, r.Says())
	return true
}

// turnedAway reports whether the answer is about the crowd and not about the
// request. It refuses nothing.
func (r *Reply) turnedAway() bool {
	return r.Status() == http.StatusTooManyRequests || r.Status() == http.StatusRequestTimeout
}

// hasErrors reports whether the answer has a non-empty array of errors.
func (r *Reply) hasErrors() bool {
	errors, ok := r.Array("errors")
	return ok && len(errors) != 0
}

// lacksErrors reports whether an answer has no errors although it is of a status
// that no gateway would answer with in the service's place.
func (r *Reply) lacksErrors() bool {
	return (r.Status() == http.StatusBadRequest || r.Status() == http.StatusNotFound) && !r.hasErrors()
}

// errorsAreMissing ends the spec when the service sends no errors object at all:
// then that is the broken promise, and not the one about this request.
func errorsAreMissing(ctx context.Context) {
	r := ask(ctx, getCartCall(ctx, "no-such-cart-"+stage.Of(ctx).Token()))
	if r.lacksErrors() {
		stage.Needs(ctx, "CART-ERR-01", r.X, "a non-empty array errors", r.Says())
	}
}

// HaveErrors matches an answer with a non-empty array of errors.
func HaveErrors() types.GomegaMatcher {
	return replyMatcher{Wanted: "a non-empty array errors", Seen: (*Reply).Says, Holds: (*Reply).hasErrors}
}

// HaveReadableErrors matches an answer with errors that all have a code and a
// message, both strings, and details, where there are any, as a string.
func HaveReadableErrors() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "errors that each have a code and a message, and details as a string if at all",
		Seen: func(r *Reply) string {
			return fmt.Sprintf("status %d with errors %s", r.Status(), stage.Short(fmt.Sprint(r.Doc["errors"])))
		},
		Holds: func(r *Reply) bool {
			all, ok := r.Array("errors")
			for _, e := range all {
				entry, object := e.(map[string]any)
				_, code := entry["code"].(string)
				_, message := entry["message"].(string)
				details, there := entry["details"]
				_, text := details.(string)
				ok = ok && object && code && message && (text || !there || details == nil) // null is drift
			}
			return ok && len(all) != 0
		},
	}
}

// HaveNoBody matches an answer of which nothing follows its head, and which
// announces nothing.
func HaveNoBody() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "no body and no Content-Length above 0",
		Seen: func(r *Reply) string {
			if r.X.Response == nil {
				return r.Says()
			}
			return fmt.Sprintf("status %d with %d bytes and Content-Length %q", r.Status(),
				len(r.X.Response.Body)+r.X.Response.Unread, r.X.Response.Header.Get("Content-Length"))
		},
		Holds: func(r *Reply) bool {
			if r.X.Response == nil || len(r.X.Response.Body)+r.X.Response.Unread > 0 {
				return false
			}
			length := r.X.Response.Header.Get("Content-Length")
			return length == "" || strings.Trim(length, "0") == ""
		},
	}
}

// BeAJSONObject matches an answer whose body is a JSON object, sent as such.
func BeAJSONObject() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a JSON object with the content type " + jsonMedia,
		Seen: func(r *Reply) string {
			if r.X.Response == nil {
				return r.Says()
			}
			return fmt.Sprintf("content type %q, %s", r.X.Response.Header.Get("Content-Type"), r.Says())
		},
		Holds: func(r *Reply) bool {
			if r.X.Response == nil {
				return false
			}
			media, _, _ := strings.Cut(r.X.Response.Header.Get("Content-Type"), ";")
			return r.Doc != nil && strings.EqualFold(strings.TrimSpace(media), jsonMedia)
		},
	}
}

// HaveLineOf matches an answer that lists a line of the offer's product.
func HaveLineOf(offer target.Offer) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a line of " + offer.ProductIdentifier,
		Not:    "no line of " + offer.ProductIdentifier,
		Seen:   seenLines,
		Holds: func(r *Reply) bool {
			for _, line := range r.Lines() {
				if line.Product == offer.ProductIdentifier {
					return true
				}
			}
			return false
		},
	}
}

// HaveStatusAmong matches an answer by several right status codes.
func HaveStatusAmong(statuses ...int) types.GomegaMatcher {
	wanted := fmt.Sprintf("one of the statuses %v", statuses)
	return replyMatcher{
		Wanted: wanted,
		Seen:   (*Reply).Says,
		Holds: func(r *Reply) bool {
			for _, status := range statuses {
				if r.Status() == status {
					return true
				}
			}
			return false
		},
	}
}

// unknownCart gives an id of the form of a real one that none of the buyer's
// carts has: the requests that are made with it must not reach another cart.
func unknownCart(ctx context.Context, id string) string {
	s := stage.Of(ctx)
	taken := s.Taken()
	taken[id] = true
	for _, listed := range AllCarts(ctx, s.Lane().Buyer, maxPageSize).ids {
		taken[listed] = true
	}
	unknown := varied(id)
	for range 20 {
		if !taken[unknown] {
			return unknown
		}
		unknown = varied(unknown)
	}
	return id + s.Token()
}

// ShowMoney matches an answer by one amount in it: a number and a currency of
// three capital letters.
func ShowMoney(what string, amount any) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "each " + what + " as an amount, a number, and a currencyCode of three capital letters",
		Seen:   func(*Reply) string { return stage.Short(fmt.Sprint(amount)) },
		Holds: func(*Reply) bool {
			o, _ := amount.(map[string]any)
			_, number := o["amount"].(json.Number)
			code := str(o["currencyCode"])
			return number && len(code) == 3 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
		},
	}
}
