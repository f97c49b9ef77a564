package businesscart

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"cartconform/suites/stage"
)

// HoldProduct matches an answer that lists a line of a product as the conditions
// say.
func HoldProduct(product string, conditions ...condition) types.GomegaMatcher {
	wanted := "a line of " + product
	for _, c := range conditions {
		wanted += " with " + c.text
	}
	return replyMatcher{Wanted: wanted, Not: "no line of " + product, Seen: seenLines, Holds: func(r *Reply) bool {
		return slices.ContainsFunc(linesOf(r.Lines(), product), func(l Line) bool {
			return !slices.ContainsFunc(conditions, func(c condition) bool { return !c.holds(l) })
		})
	}}
}

// HoldUnits matches an answer that lists at least lo and at most hi units of a
// product, in however many lines.
func HoldUnits(product string, lo, hi int64) types.GomegaMatcher {
	wanted := fmt.Sprintf("%d units of %s", lo, product)
	if hi != lo {
		wanted = fmt.Sprintf("%d to %d units of %s", lo, hi, product)
	}
	return replyMatcher{Wanted: wanted, Seen: seenLines, Holds: func(r *Reply) bool {
		_, ok := r.Array("items")
		n := units(r.Lines(), product)
		return ok && lo <= n && n <= hi
	}}
}

// HoldLinesOf matches an answer that lists n lines of a product.
func HoldLinesOf(product string, n int) types.GomegaMatcher {
	return replyMatcher{Wanted: fmt.Sprintf("%d lines of %s", n, product), Seen: seenLines, Holds: func(r *Reply) bool {
		return len(linesOf(r.Lines(), product)) == n
	}}
}

// BeingAvailable wishes for isItemAvailable true.
func BeingAvailable() condition {
	return condition{"isItemAvailable true", func(l Line) bool { return l.Available }}
}

// eachItem matches an answer with items, all of which are as wished.
func eachItem(wanted string, holds func(map[string]any) bool) types.GomegaMatcher {
	return replyMatcher{Wanted: wanted, Seen: (*Reply).Says, Holds: func(r *Reply) bool {
		items := objects(r.Doc["items"])
		return len(items) != 0 && !slices.ContainsFunc(items, func(o map[string]any) bool { return !holds(o) })
	}}
}

// NameEachLine matches an answer each of whose lines has an itemId that no other
// line has.
func NameEachLine() types.GomegaMatcher {
	return replyMatcher{Wanted: "an itemId on each line that no other line has", Seen: seenLines, Holds: func(r *Reply) bool {
		seen := map[string]bool{"": true}
		for _, l := range r.Lines() {
			if seen[l.ItemID] {
				return false
			}
			seen[l.ItemID] = true
		}
		return len(r.Lines()) != 0
	}}
}

// PriceEachAvailableLine matches an answer each of whose available lines has a
// price. Its form is another promise.
func PriceEachAvailableLine() types.GomegaMatcher {
	return eachItem("a price on each available line", func(o map[string]any) bool {
		available, _ := o["isItemAvailable"].(bool)
		_, priced := o["price"]
		return priced || !available
	})
}

// DateEachLine matches an answer each of whose lines has both dates as RFC 3339
// texts, with any number of digits after the second.
func DateEachLine() types.GomegaMatcher {
	return eachItem("addedToCartDate and modifiedDate of each line as RFC 3339 strings", func(o map[string]any) bool {
		return dateTime(o["addedToCartDate"]) && dateTime(o["modifiedDate"])
	})
}

// dateTime reports whether a value is a date-time text. The validator takes
// lower-case letters and leap seconds, as the RFC does and the time package not.
func dateTime(v any) bool {
	s, ok := v.(string)
	return ok && jsonschema.Formats["date-time"](s)
}

// PriceWithoutTaxAsMoney matches an answer whose taxExclusivePrices, where there
// are any, are amounts of money. One that is null is not there.
func PriceWithoutTaxAsMoney() types.GomegaMatcher {
	return eachItem("each taxExclusivePrice with a currencyCode and a number as amount", func(o map[string]any) bool {
		v := o["taxExclusivePrice"]
		m := moneyOf(v)
		return v == nil || m != nil && len(m.Currency) == 3
	})
}

// OfferEachLine matches an answer each of whose lines has a
// buyingOptionIdentifier.
func OfferEachLine() types.GomegaMatcher {
	return eachItem("a buyingOptionIdentifier on each line", func(o map[string]any) bool { return str(o["buyingOptionIdentifier"]) != "" })
}

// rejections makes a matcher of an answer's rejectedItems.
func rejections(wanted string, holds func([]Rejection) bool) types.GomegaMatcher {
	return replyMatcher{Wanted: wanted, Seen: seenRejections, Holds: func(r *Reply) bool { return holds(r.Rejected()) }}
}

func seenRejections(r *Reply) string { return "rejected: " + reasons(r.Rejected()) }

// RejectOnly matches an answer all of whose rejected ids are among the given.
func RejectOnly(ids ...string) types.GomegaMatcher {
	return rejections("only ids of the request in rejectedItems: "+strings.Join(ids, ", "), func(rejected []Rejection) bool {
		return len(rejected) != 0 && !slices.ContainsFunc(rejected, func(r Rejection) bool { return !slices.Contains(ids, r.ID) })
	})
}

// RejectAtLeast matches an answer with n or more rejectedItems.
func RejectAtLeast(n int) types.GomegaMatcher {
	return rejections(fmt.Sprintf("at least %d elements of rejectedItems", n), func(rejected []Rejection) bool { return len(rejected) >= n })
}

// TellUnavailable matches an answer that rejects something as UnavailableQuantity
// of a quantity that fits the wish.
func TellUnavailable(wish string, fits func(int64) bool) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a rejection artifact UnavailableQuantity with a quantity " + wish,
		Seen:   (*Reply).Says,
		Holds: func(r *Reply) bool {
			return slices.ContainsFunc(r.Rejected(), func(rejection Rejection) bool {
				return slices.ContainsFunc(rejection.Artifacts, func(a Artifact) bool {
					return a.Type == "UnavailableQuantity" && a.Quantity >= 1 && fits(a.Quantity)
				})
			})
		},
	}
}

// GiveKnownReasonsWithTheirFields matches an answer whose rejections of a
// documented type have the fields of that type. UnavailableQuantity has a promise
// of its own.
func GiveKnownReasonsWithTheirFields() types.GomegaMatcher {
	return replyMatcher{
		Wanted: fieldsOfReasons,
		Seen:   (*Reply).Says,
		Holds: func(r *Reply) bool {
			for _, rejected := range objects(r.Doc["rejectedItems"]) {
				if slices.ContainsFunc(objects(rejected["rejectionArtifacts"]), lacksField) {
					return false
				}
			}
			return len(r.Rejected()) != 0
		},
	}
}

const fieldsOfReasons = "cartItemIdentifiers and message of UnsupportedCartItems, message of RejectionMessage, maxQuantity of the two restrictions"

// GiveArtifactsWithTheirFields is GiveKnownReasonsWithTheirFields for an estimate.
func GiveArtifactsWithTheirFields() types.GomegaMatcher {
	return replyMatcher{Wanted: fieldsOfReasons, Seen: (*Reply).Says, Holds: func(r *Reply) bool {
		artifacts := objects(r.Doc["rejectionArtifacts"])
		return len(artifacts) != 0 && !slices.ContainsFunc(artifacts, lacksField)
	}}
}

func lacksField(artifact map[string]any) bool {
	_, message := artifact["message"].(string)
	_, ids := artifact["cartItemIdentifiers"].([]any)
	_, most := integer(artifact["maxQuantity"])
	switch str(artifact["rejectionArtifactType"]) {
	case "UnsupportedCartItems":
		return !message || !ids
	case "RejectionMessage":
		return !message
	case "TotalItemCountRestriction", "TotalQuantityRestriction":
		return !most
	}
	return false
}

// TellBuyingOptionsApart matches an answer no two of whose lines have the same
// buyingOptionIdentifier.
func TellBuyingOptionsApart() types.GomegaMatcher {
	wanted := "lines with different buyingOptionIdentifiers"
	return replyMatcher{Wanted: wanted, Seen: func(r *Reply) string {
		texts := make([]string, 0)
		for _, l := range r.Lines() {
			texts = append(texts, l.String()+" with "+stage.Short(l.BuyingOption))
		}
		return strings.Join(texts, ", ")
	}, Holds: func(r *Reply) bool {
		seen := map[string]bool{}
		for _, l := range r.Lines() {
			if seen[l.BuyingOption] {
				return false
			}
			seen[l.BuyingOption] = true
		}
		return len(seen) > 1
	}}
}

// TakeMore matches a success answer that lists a product and rejects nothing, or
// has more units of it than there were before.
func TakeMore(product string, before int64) types.GomegaMatcher {
	return replyMatcher{Wanted: "one more unit of " + product + " to be taken", Seen: (*Reply).Says, Holds: func(r *Reply) bool {
		n := units(r.Lines(), product)
		return r.Success() && (n > before || n > 0 && len(r.Rejected()) == 0)
	}}
}
