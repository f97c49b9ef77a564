package businesscart

import (
	"context"
	"fmt"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	"github.com/shopspring/decimal"

	"cartconform/suites/stage"
)

// Summary is an answer of getCart.
type Summary struct{ *Reply }

// Subtotal gives the amount of the SubTotal attribute; nil when there is none.
func (s *Summary) Subtotal() *Money { return s.attribute("SubTotal") }

func (s *Summary) attribute(kind string) *Money {
	for _, a := range objects(s.Doc["attributes"]) {
		if str(a["attributeType"]) == kind {
			return moneyOf(a["amount"])
		}
	}
	return nil
}

// attributeTypes gives the types of the attributes, as they are spelled.
func attributeTypes(r *Reply) []string {
	var types []string
	for _, a := range objects(r.Doc["attributes"]) {
		types = append(types, str(a["attributeType"]))
	}
	return types
}

// seenAttributes says which attributes a summary has. One spelling needs more
// words: the published model calls its schema Subtotal and says that
// attributeType is the name of a schema, so that a reader of the model alone
// answers so in good faith.
func seenAttributes(r *Reply) string {
	kinds := attributeTypes(r)
	if slices.Contains(kinds, "Subtotal") {
		return `attributeType "Subtotal". That is the name of the schema in the published model; ` +
			`the guide and every sample, the model's own included, write "SubTotal", and that is what clients look for`
	}
	return r.Says()
}

// HaveSubTotal matches a summary with an attribute of type SubTotal.
func HaveSubTotal() types.GomegaMatcher {
	return replyMatcher{
		Wanted: `an attribute with attributeType "SubTotal"`,
		Seen:   seenAttributes,
		Holds:  func(r *Reply) bool { return r.Success() && slices.Contains(attributeTypes(r), "SubTotal") },
	}
}

// NameEachAttribute matches a summary each of whose attributes has a type, and
// whose SubTotal is an amount of money in a currency.
func NameEachAttribute() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "an attributeType for each attribute, and a currencyCode and an amount for SubTotal",
		Seen:   (*Reply).Says,
		Holds: func(r *Reply) bool {
			all, _ := r.Array("attributes")
			subtotal := (&Summary{r}).Subtotal()
			return len(all) != 0 && len(attributeTypes(r)) == len(all) && !slices.Contains(attributeTypes(r), "") &&
				subtotal != nil && subtotal.Currency != ""
		},
	}
}

// TotalAbove matches a summary whose subtotal is higher than another.
func TotalAbove(than Money) types.GomegaMatcher { return compareSubtotal("above", than, 1) }

// TotalBelow matches a summary whose subtotal is lower than another.
func TotalBelow(than Money) types.GomegaMatcher { return compareSubtotal("below", than, -1) }

func compareSubtotal(word string, than Money, sign int) types.GomegaMatcher {
	return replyMatcher{Wanted: "a subtotal " + word + " " + than.String(), Seen: seenSubtotal, Holds: func(r *Reply) bool {
		subtotal := (&Summary{r}).Subtotal()
		return subtotal != nil && subtotal.Amount.Cmp(than.Amount) == sign
	}}
}

func seenSubtotal(r *Reply) string {
	if subtotal := (&Summary{r}).Subtotal(); subtotal != nil {
		return subtotal.String()
	}
	return seenAttributes(r)
}

// Total reads the cart's subtotal, which a cart with lines has.
func (c *Cart) Total(ctx context.Context) (*Summary, Money) {
	summary := c.Summary(ctx)
	if ok, _ := HaveSubTotal().Match(summary); !ok {
		stage.Needs(ctx, "CART-GET-02", summary.X, `an attribute with attributeType "SubTotal"`, seenAttributes(summary.Reply))
	}
	subtotal := summary.Subtotal()
	if subtotal == nil {
		stage.Needs(ctx, "CART-GET-09", summary.X, "an amount of money for SubTotal", summary.Says())
	}
	return summary, *subtotal
}

// TotalLike reads the subtotal of a cart that should have the given lines, and
// expects it to be as wished.
func (c *Cart) TotalLike(ctx context.Context, wish types.GomegaMatcher, lines ...Line) Money {
	ginkgo.GinkgoHelper()
	summary, subtotal := c.Total(ctx)
	if ok, _ := wish.Match(summary); !ok { // of another cart it would be right
		if items := c.Items(ctx); !sameLines(items.Lines(), lines) {
			stage.Needs(ctx, "CART-ITEMS-10", items.X, describe(lines), describe(items.Lines()))
		}
	}
	gomega.Expect(summary).To(wish)
	return subtotal
}

// Priced is a summary with the lines that it is about.
type Priced struct {
	*Summary
	Subtotal Money
	Lines    []Line
}

// Priced reads the subtotal of the cart that should have the given lines: between
// two readings of them, so that a price that moves is no false alarm.
func (c *Cart) Priced(ctx context.Context, lines ...Line) Priced {
	before := c.Items(ctx)
	if !sameGoods(before.Lines(), lines) {
		stage.Needs(ctx, "CART-ITEMS-10", before.X, describe(lines), describe(before.Lines()))
	}
	summary, subtotal := c.Total(ctx)
	after := c.Items(ctx)
	for _, line := range before.Lines() {
		now, ok := after.Line(line.ItemID)
		if !ok {
			stage.Needs(ctx, "CART-ITEMS-08", after.X, "the lines of the reading before: "+describe(before.Lines()), describe(after.Lines()))
		}
		if now.Quantity != line.Quantity || now.Available != line.Available || !samePrice(now.Price, line.Price) {
			stage.Inconclusive(ctx, "the cart changed while its subtotal was read: %s, then %s", describe(before.Lines()), describe(after.Lines()))
		}
		switch {
		case line.Price == nil && line.Available:
			stage.Needs(ctx, "CART-ITEMS-05", before.X, "a price on each available line", line.String())
		case line.Price == nil: // whether the subtotal counts it is open, and at what price cannot be seen
			stage.Inconclusive(ctx, "%s is not available and has no price", line)
		}
	}
	return Priced{summary, subtotal, before.Lines()}
}

// WholePriced is Priced where the subtotal is that of the entire cart and of
// nothing else: that is another promise than how it is reckoned.
func (c *Cart) WholePriced(ctx context.Context, lines ...Line) Priced {
	p := c.Priced(ctx, lines...)
	if p.partly() {
		stage.Needs(ctx, "CART-GET-03", p.X, "the subtotal of the entire cart", p.String())
	}
	if p.addsUp() {
		return p
	}
	c.Emptied(ctx)
	if left := c.Summary(ctx); left.Subtotal() != nil && !left.Subtotal().Amount.IsZero() {
		stage.Needs(ctx, "CART-GET-03", left.X, "no subtotal of an empty cart but 0", left.Subtotal().String())
	}
	return p
}

func samePrice(a, b *Money) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// sum adds up price times quantity over some of the lines.
func sum(lines []Line, counts func(i int) bool) decimal.Decimal {
	var total decimal.Decimal
	for i, line := range lines {
		if line.Price != nil && counts(i) {
			total = total.Add(line.Price.Amount.Mul(decimal.NewFromInt(line.Quantity)))
		}
	}
	return total
}

// near compares with the subtotal, with a tolerance of 0.01 a line.
func (p Priced) near(amount decimal.Decimal) bool {
	return p.Subtotal.Amount.Sub(amount).Abs().LessThanOrEqual(decimal.New(int64(len(p.Lines)), -2))
}

// addsUp reports whether the subtotal is the sum of price times quantity. Lines
// that are not available may be counted or left out.
func (p Priced) addsUp() bool {
	return p.near(sum(p.Lines, func(int) bool { return true })) ||
		p.near(sum(p.Lines, func(i int) bool { return p.Lines[i].Available }))
}

// partly reports whether the subtotal is that of a part of the available lines.
func (p Priced) partly() bool {
	if p.addsUp() || len(p.Lines) > 10 {
		return false
	}
	for part := range 1 << len(p.Lines) {
		if p.near(sum(p.Lines, func(i int) bool { return part>>i&1 == 1 })) {
			return true
		}
	}
	return false
}

func (p Priced) String() string { return fmt.Sprintf("%s for %s", p.Subtotal, describe(p.Lines)) }

// CountEveryLine matches a subtotal that is not that of a part of the cart.
func CountEveryLine() types.GomegaMatcher {
	return pricedMatcher("the subtotal of the entire cart", func(p Priced) bool { return !p.partly() })
}

// CountNothingOf matches a subtotal that does not count a line that is gone.
func CountNothingOf(gone Line) types.GomegaMatcher {
	return pricedMatcher("nothing of the line that is gone, "+gone.String(), func(p Priced) bool {
		return p.addsUp() || !p.near(sum(append([]Line{gone}, p.Lines...), func(int) bool { return true }))
	})
}

// AddUpToSubtotal matches a subtotal that is the sum of price times quantity.
func AddUpToSubtotal() types.GomegaMatcher {
	return pricedMatcher("the sum of price times quantity", Priced.addsUp)
}

func pricedMatcher(wanted string, holds func(Priced) bool) types.GomegaMatcher {
	return ofPriced{wanted, holds}
}

// BeOf matches the summary of a cart: its id, in the region asked for, with a type.
func BeOf(ctx context.Context, c *Cart) types.GomegaMatcher {
	return gomega.And(HaveText("id", c.ID), HaveText("region", stage.Of(ctx).Target().Region), HaveSomeText("cartType"))
}

type ofPriced struct {
	wanted string
	holds  func(Priced) bool
}

func (m ofPriced) Match(actual any) (bool, error) {
	p, ok := actual.(Priced)
	if !ok {
		return false, fmt.Errorf("wanted a Priced, got %T", actual)
	}
	return m.holds(p), nil
}

func (m ofPriced) FailureMessage(actual any) string {
	p := actual.(Priced)
	wanted := fmt.Sprintf("a subtotal of %s: %s", sum(p.Lines, func(int) bool { return true }), m.wanted)
	p.stage.Blame(p.X, wanted, p.String())
	return stage.Mismatch(p.X.Operation, wanted, p.String())
}

func (m ofPriced) NegatedFailureMessage(actual any) string {
	return stage.Mismatch(actual.(Priced).X.Operation, "not: "+m.wanted, actual.(Priced).String())
}
