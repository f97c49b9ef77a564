package remotecart

import (
	"context"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"cartconform/suites/stage"
)

// This file is the vocabulary of identifiers: of entries, of carts, and of nothing.

// unknownASIN makes up an ASIN that no product has.
func unknownASIN(ctx context.Context) string {
	return "ZZ" + strings.ToUpper(stage.Of(ctx).Token()[:8])
}

// altered gives an HMAC that differs in one character, and has the same form.
func altered(hmac string) string {
	if hmac == "" {
		return "A"
	}
	other := "A"
	if hmac[0] == 'A' {
		other = "B"
	}
	return other + hmac[1:]
}

// alteredLast gives an HMAC that differs in its last letter or digit.
func alteredLast(hmac string) string {
	for i := len(hmac) - 1; i > 0; i-- {
		if c := hmac[i]; c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return hmac[:i] + altered(hmac[i:])
		}
	}
	return altered(hmac)
}

// inOtherCase gives an HMAC with one letter in its other case.
func inOtherCase(hmac string) string {
	for i, c := range hmac {
		switch {
		case c >= 'a' && c <= 'z':
			return hmac[:i] + string(c-'a'+'A') + hmac[i+1:]
		case c >= 'A' && c <= 'Z':
			return hmac[:i] + string(c-'A'+'a') + hmac[i+1:]
		}
	}
	return altered(hmac)
}

// unknownCartID makes up a CartId of the form of one that is there.
func unknownCartID(ctx context.Context, id string) string {
	random := stage.Of(ctx).Token()
	digits := []byte(id)
	n := 0
	for i := len(digits) - 1; i >= 0 && n < 6; i-- {
		if digits[i] >= '0' && digits[i] <= '9' {
			digits[i] = '0' + (digits[i]-'0'+random[n]%9+1)%10
			n++
		}
	}
	if n == 0 {
		return id + random
	}
	return string(digits)
}

// about gives a request that works beside the cart of a spec: one that creates another,
// or adds, changes, reads or removes. Each n is about something else, so that it does not matter what
// was done before.
func (c *Cart) about(ctx context.Context, operation string, n int) request {
	switch operation {
	case cartCreate:
		return c.bringing(ctx, operation, itemsOf(ctx, Available(n).Times(1))...)
	case cartAdd:
		return c.request(ctx, operation, itemsOf(ctx, Available(4+n).Times(1))...)
	case cartModify:
		e := c.Born.All()
		if len(e) == 0 {
			stage.Needs(ctx, "RC-CREATE-02", c.Born.X, "an entry", seenEntries(c.Born))
		}
		return c.request(ctx, operation, byEntry(1, e[0].ID).quantity(3+n))
	}
	return c.request(ctx, operation)
}

// under gives the cart with another HMAC.
func (c *Cart) under(hmac string) *Cart { return &Cart{ID: c.ID, HMAC: hmac, Born: c.Born} }

// mustNotAnswerTo asks for a quantity by something that is no CartItemId, beside a
// change by a CartItemId, which works.
func (c *Cart) mustNotAnswerTo(ctx context.Context, name string, other Line) {
	GinkgoHelper()
	before := c.Set(ctx, other, 3)

	for _, quantity := range []int{4, 0} {
		c.TrySet(ctx, name, quantity)
	}

	Expect(c.Get(ctx)).To(HaveTheContentsOf(before))
}

// cart gives the cart that an answer tells of; nil when it tells of none.
func (r *Reply) cart() *Cart {
	if r.CartID() == "" || r.HMAC() == "" {
		return nil
	}
	return &Cart{ID: r.CartID(), HMAC: r.HMAC(), Born: r}
}

// HaveAnIDForEach matches an answer with n entries, each of which has a CartItemId
// of its own.
func HaveAnIDForEach(n int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("%d entries with CartItemIds of their own", n),
		Holds: func(r *Reply) bool {
			ids := map[string]bool{}
			for _, e := range r.All() {
				ids[e.ID] = true
			}
			return len(r.All()) == n && len(ids) == n && !ids[""]
		},
		Seen: seenEntries,
	}
}

// HaveANewID matches an answer with a CartId that is none of those seen.
func HaveANewID(seen map[string]bool) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a CartId that no cart before had",
		Holds:  func(r *Reply) bool { return r.CartID() != "" && !seen[r.CartID()] },
		Seen:   (*Reply).Says,
	}
}

// BeTheCart matches an answer about a cart: with its CartId and HMAC.
func BeTheCart(c *Cart) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("CartId %s and HMAC %s", stage.Short(c.ID), stage.Short(c.HMAC)),
		Holds:  func(r *Reply) bool { return r.CartID() == c.ID && r.HMAC() == c.HMAC },
		Seen: func(r *Reply) string {
			return fmt.Sprintf("CartId %s and HMAC %s", orNothing(r.CartID()), orNothing(r.HMAC()))
		},
	}
}

// EchoItsCart matches an answer whose echo has CartId and HMAC of the request.
func EchoItsCart(c *Cart) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("the request's CartId %s and HMAC %s, repeated", stage.Short(c.ID), stage.Short(c.HMAC)),
		Holds: func(r *Reply) bool {
			return text(below(r.echo(), "CartId")) == c.ID && text(below(r.echo(), "HMAC")) == c.HMAC
		},
		Seen: func(r *Reply) string {
			return fmt.Sprintf("repeated: CartId %s and HMAC %s", orNothing(text(below(r.echo(), "CartId"))), orNothing(text(below(r.echo(), "HMAC"))))
		},
	}
}

// ShowNoEntries matches an answer that lists nothing of a cart.
func ShowNoEntries() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "nothing of the cart",
		Holds:  func(r *Reply) bool { return len(r.All()) == 0 },
		Seen:   (*Reply).Says,
	}
}

// KeepTheEntriesOf matches an answer that shows all products of an earlier one,
// with their quantities and in their areas, whatever it shows besides.
func KeepTheEntriesOf(earlier *Reply) types.GomegaMatcher {
	kept := contentsOf(earlier)
	return replyMatcher{
		Wanted: "all of " + kept.String(),
		Holds:  func(r *Reply) bool { return kept.without(contentsOf(r)).equal(contents{}) },
		Seen:   seenEntries,
	}
}

// KeepTheIDsOf matches an answer in which the products of an earlier one that it
// shows have the CartItemIds that they had.
func KeepTheIDsOf(earlier *Reply) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "the CartItemIds of " + seenEntries(earlier),
		Holds: func(r *Reply) bool {
			return !slices.ContainsFunc(earlier.All(), func(was Line) bool {
				_, kept := find(r.All(), was.ID)
				return holds(r.All(), was.ASIN) && !kept
			})
		},
		Seen: seenEntries,
	}
}

// HaveEntries matches an answer that shows n entries, in both areas together.
func HaveEntries(n int) types.GomegaMatcher {
	return counting(fmt.Sprintf("%d entries", n), func(r *Reply) int { return len(r.All()) }, func(seen int) bool { return seen == n })
}

// HaveMoreEntriesThan and HaveMoreActiveThan are for NotTo.
func HaveMoreEntriesThan(n int) types.GomegaMatcher {
	return counting(fmt.Sprintf("more than %d entries", n), func(r *Reply) int { return len(r.All()) }, func(seen int) bool { return seen > n })
}

func HaveMoreActiveThan(n int) types.GomegaMatcher {
	return counting(fmt.Sprintf("more than %d active entries", n), func(r *Reply) int { return len(r.Active()) }, func(seen int) bool { return seen > n })
}

// HaveMoreThan matches an answer that shows more units or more entries of a product
// than an earlier one. It is for NotTo.
func HaveMoreThan(earlier *Reply) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "more than " + seenEntries(earlier), Not: "not more than " + seenEntries(earlier),
		Holds: func(r *Reply) bool {
			return slices.ContainsFunc(r.All(), func(e Line) bool {
				n, units := amountOf(r.All(), e.ASIN)
				was, wereUnits := amountOf(earlier.All(), e.ASIN)
				return n > was || units > wereUnits
			})
		},
		Seen: seenEntries,
	}
}

// HaveAtMost matches an answer that shows a product in one entry and no more, with
// so many units and no more; or not at all.
func HaveAtMost(asin string, units int64) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("no more than one entry of %s, with a quantity of no more than %d", asin, units),
		Holds: func(r *Reply) bool {
			entries, seen := amountOf(r.All(), asin)
			return entries <= 1 && seen <= units
		},
		Seen: seenEntries,
	}
}

// amountOf counts the entries and the units of a product.
func amountOf(all []Line, asin string) (entries int, units int64) {
	for _, e := range all {
		if e.ASIN == asin {
			entries, units = entries+1, units+e.Quantity
		}
	}
	return entries, units
}

func counting(wanted string, count func(*Reply) int, holds func(int) bool) types.GomegaMatcher {
	return replyMatcher{
		Wanted: wanted,
		Holds:  func(r *Reply) bool { return holds(count(r)) },
		Seen:   func(r *Reply) string { return fmt.Sprintf("%d: %s", count(r), seenEntries(r)) },
	}
}

// HaveNoActive matches an answer that shows no active entry of a product.
func HaveNoActive(asin string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "no active entry of " + asin,
		Holds:  func(r *Reply) bool { return !holds(r.Active(), asin) },
		Seen:   seenEntries,
	}
}

// HaveFields matches an answer each of whose given entries, of which there is at
// least one, has all of the elements.
func HaveFields(entries []Line, names ...string) types.GomegaMatcher {
	lacking := func() []string {
		var missing []string
		for _, e := range entries {
			for _, name := range names {
				if e.Fields[name] == nil {
					missing = append(missing, name)
				}
			}
		}
		slices.Sort(missing)
		return slices.Compact(missing)
	}
	return replyMatcher{
		Wanted: "entries with " + strings.Join(names, ", "),
		Holds:  func(*Reply) bool { return len(entries) != 0 && len(lacking()) == 0 },
		Seen: func(r *Reply) string {
			if len(entries) == 0 {
				return "no such entry; " + seenEntries(r)
			}
			return "entries without " + strings.Join(lacking(), ", ")
		},
	}
}

// HoldOutsideItsEcho matches an answer that holds a text in an element outside of
// what repeats the request.
func HoldOutsideItsEcho(wanted string) types.GomegaMatcher {
	var inside func(v any) bool
	inside = func(v any) bool {
		switch v := v.(type) {
		case map[string]any:
			for name, child := range v {
				if name != "Request" && name != "OperationRequest" && inside(child) {
					return true
				}
			}
			return false
		case []any:
			return slices.ContainsFunc(v, inside)
		}
		return text(v) == wanted
	}
	return replyMatcher{
		Wanted: "an element with " + stage.Short(wanted), Not: "no element with " + stage.Short(wanted) + " outside of the echo",
		Holds: func(r *Reply) bool { return inside(r.Doc) },
		Seen:  func(*Reply) string { return "an element with it" },
	}
}
