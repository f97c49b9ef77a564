package businesscart

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"cartconform/suites/stage"
)

// replyMatcher compares an answer with a wish.
type replyMatcher = stage.Matcher[*Reply]

func seenLines(r *Reply) string {
	if _, ok := r.Array("items"); !ok {
		return r.Says()
	}
	return describe(r.Lines())
}

// HaveLine matches an answer that lists the given line, by its itemId, with the
// quantity that it had when it was handed in, or as the conditions say.
func HaveLine(line Line, conditions ...condition) types.GomegaMatcher {
	wanted := fmt.Sprintf("line %s of %s", line.ItemID, line.Product)
	for _, c := range conditions {
		wanted += " with " + c.text
	}
	return replyMatcher{
		Wanted: wanted,
		Not:    "no line " + line.ItemID,
		Seen:   seenLines,
		Holds: func(r *Reply) bool {
			found, ok := r.Line(line.ItemID)
			for _, c := range conditions {
				ok = ok && c.holds(found)
			}
			return ok
		},
	}
}

// condition is a wish about one line.
type condition struct {
	text  string
	holds func(Line) bool
}

// WithQuantity wishes for a quantity.
func WithQuantity(n int64) condition {
	return condition{fmt.Sprintf("quantity %d", n), func(l Line) bool { return l.Quantity == n }}
}

// OfProduct wishes for a productIdentifier.
func OfProduct(product string) condition {
	return condition{"productIdentifier " + product, func(l Line) bool { return l.Product == product }}
}

// HaveLines matches an answer that lists exactly the given lines: same itemIds,
// products and quantities, in any order. Prices and dates may differ: reading
// and writing refresh them.
func HaveLines(lines ...Line) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "exactly " + describe(lines),
		Seen:   seenLines,
		Holds: func(r *Reply) bool {
			_, ok := r.Array("items")
			return ok && sameLines(r.Lines(), lines)
		},
	}
}

// sameLines reports whether two lists hold the same lines, in any order.
func sameLines(a, b []Line) bool {
	if len(a) != len(b) {
		return false
	}
	type identity struct {
		itemID, product string
		quantity        int64
	}
	count := map[identity]int{}
	for _, l := range a {
		count[identity{l.ItemID, l.Product, l.Quantity}]++
	}
	for _, l := range b {
		id := identity{l.ItemID, l.Product, l.Quantity}
		if count[id]--; count[id] < 0 {
			return false
		}
	}
	return true
}

// HaveStatus matches an answer by its status code.
func HaveStatus(status int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("status %d", status),
		Seen:   (*Reply).Says,
		Holds:  func(r *Reply) bool { return r.Status() == status },
	}
}

// BeRefused matches an answer that refuses the request as the caller's mistake:
// any status from 400 to 499.
func BeRefused() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "the request to be refused with a 4xx status",
		Seen:   (*Reply).Says,
		Holds:  (*Reply).Refused,
	}
}

// Reject matches an answer whose rejectedItems name the given id.
func Reject(id string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "an element of rejectedItems with id " + id,
		Seen:   func(r *Reply) string { return "rejected: " + reasons(r.Rejected()) + "; " + seenLines(r) },
		Holds: func(r *Reply) bool {
			for _, rejection := range r.Rejected() {
				if rejection.ID == id {
					return true
				}
			}
			return false
		},
	}
}

// RejectSomething matches an answer whose rejectedItems are not empty.
func RejectSomething() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a success answer with something in rejectedItems",
		Not:    "nothing in rejectedItems",
		Seen: func(r *Reply) string {
			return fmt.Sprintf("status %d, rejected: %s; in the cart: %s", r.Status(), reasons(r.Rejected()), seenLines(r))
		},
		Holds: func(r *Reply) bool { return r.Success() && len(r.Rejected()) != 0 },
	}
}

// BeSuccessful matches an answer with any 2xx status.
func BeSuccessful() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a success status",
		Seen:   (*Reply).Says,
		Holds:  (*Reply).Success,
	}
}

// FailOnTheServer matches an answer with a 5xx status.
func FailOnTheServer() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a 5xx status",
		Not:    "no 5xx status",
		Seen:   (*Reply).Says,
		Holds:  func(r *Reply) bool { return r.Status()/100 == 5 },
	}
}

// HaveLineCount matches an answer that lists n lines.
func HaveLineCount(n int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("%d lines", n),
		Seen:   seenLines,
		Holds: func(r *Reply) bool {
			items, ok := r.Array("items")
			return ok && len(items) == n
		},
	}
}

// HaveArrays matches an answer that has an array under each of the keys.
func HaveArrays(keys ...string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "arrays " + strings.Join(keys, " and "),
		Seen:   (*Reply).Says,
		Holds: func(r *Reply) bool {
			for _, key := range keys {
				if _, ok := r.Array(key); !ok {
					return false
				}
			}
			return true
		},
	}
}

// HaveEmptyArray matches an answer that has an empty array under key.
func HaveEmptyArray(key string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "an empty array " + key,
		Seen:   (*Reply).Says,
		Holds: func(r *Reply) bool {
			a, ok := r.Array(key)
			return ok && len(a) == 0
		},
	}
}

// GiveReasonsFor matches an answer whose rejection has an id and at least one
// artifact with a type.
func GiveReasonsFor(rejection Rejection) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "each element of rejectedItems with an id and at least one artifact that has a rejectionArtifactType",
		Seen:   func(r *Reply) string { return "rejected: " + reasons(r.Rejected()) },
		Holds: func(*Reply) bool {
			for _, artifact := range rejection.Artifacts {
				if artifact.Type == "" {
					return false
				}
			}
			return rejection.ID != "" && len(rejection.Artifacts) != 0
		},
	}
}

// ListOnlyQuantitiesAboveZero matches an answer none of whose lines has a
// quantity of 0 or less.
func ListOnlyQuantitiesAboveZero() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "lines with a quantity of at least 1",
		Seen:   seenLines,
		Holds: func(r *Reply) bool {
			for _, line := range r.Lines() {
				if line.Quantity < 1 {
					return false
				}
			}
			return r.Success()
		},
	}
}

// WithQuantityAtMost wishes for a quantity of at most n.
func WithQuantityAtMost(n int64) condition {
	return condition{fmt.Sprintf("a quantity of at most %d", n), func(l Line) bool { return l.Quantity <= n }}
}

// WithPrice wishes for a price, compared exactly.
func WithPrice(price Money) condition {
	return condition{"price " + price.String(), func(l Line) bool { return l.Price != nil && l.Price.Equal(price) }}
}
