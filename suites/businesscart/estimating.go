package businesscart

import (
	"context"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// estimating holds the promises of getEstimatedTotalPurchaseCost for carts that
// can be ordered: step 6 of the guide. Carts that cannot stand in estimating_rejections.go,
// bodies that the contract does not allow in refusing.go.
func estimating() {
	// A full physical address, as in the guide's sample, gets an estimate.
	It("takes a full address", Judges("CART-EST-02"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)

		e := cart.TryEstimate(ctx, Deliverable(ctx))

		Expect(e).To(BeSuccessful())
		for range 2 { // again and again
			cart.Charged(ctx)
		}
	})

	// Both arrays are there, also the one that has nothing in it.
	It("answers with charges and rejectionArtifacts", Judges("CART-EST-03"), func(ctx SpecContext) {
		for _, e := range orderable(ctx) {
			Expect(e).To(HaveArrays("charges", "rejectionArtifacts"))
		}
	})

	// Never both are populated. Every estimate of every spec is watched for it.
	It("populates one array for a cart that can be ordered", Judges("CART-EST-04"), func(ctx SpecContext) {
		for _, e := range orderable(ctx) {
			Expect(e).To(PopulateOneArray())
		}
	})

	// Not once in many estimates.
	It("populates one array each time", Judges("CART-EST-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))

		for range 8 {
			Expect(cart.Charged(ctx)).To(PopulateOneArray())
		}
	})

	// One of them is populated for a cart with items. Every estimate of such a cart
	// is watched for it.
	It("populates an array for a cart with items", Judges("CART-EST-05"), func(ctx SpecContext) {
		for _, e := range orderable(ctx) {
			Expect(e).To(BePopulated())
		}
	})

	// Where there are charges, rejectionArtifacts is an empty array.
	It("has no rejection artifacts beside charges", Judges("CART-EST-07"), func(ctx SpecContext) {
		for _, e := range orderable(ctx) {
			Expect(e).To(HaveEmptyArray("rejectionArtifacts"))
		}
	})

	// Each charge has a type, a category and an amount.
	It("spells out each charge", Judges("CART-EST-08"), func(ctx SpecContext) {
		for _, e := range orderable(ctx) {
			Expect(e).To(SpellOutEachCharge())
		}
	})

	// The price of the goods is one of the parts.
	It("breaks the cost down", Judges("CART-EST-09"), func(ctx SpecContext) {
		for _, e := range orderable(ctx) {
			mustSpellOut(ctx, e)
			Expect(e).To(HaveCharge("PRINCIPAL", "SUBTOTAL"))
		}
	})

	// The charges add up to a cost: one currency, and more than nothing.
	It("adds up to a cost", Judges("CART-EST-10"), func(ctx SpecContext) {
		for _, e := range orderable(ctx) {
			mustSpellOut(ctx, e)
			Expect(e).To(AddUp())
		}
	})

	// The cost is that of the whole cart as it is now: it grows with each line and
	// each unit, and falls when a line is removed.
	It("estimates the whole cart", Judges("CART-EST-10"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)
		one := goods(ctx, cart.Charged(ctx))

		cart.AddAll(ctx, Available(1).Times(1), Available(2).Times(1))
		mustBeRead(ctx, cart, "CART-ADD-25")
		three := cart.Charged(ctx)
		Expect(three).To(ChargeMoreForGoods(one))

		lines := cart.Steady(ctx)
		cart.Modify(ctx, cart.SteadyLine(ctx, Available(2), lines), 3)
		mustBeRead(ctx, cart, "CART-MOD-06")
		more := cart.Charged(ctx)
		Expect(more).To(ChargeMoreForGoods(goods(ctx, three)))

		cart.TakeOut(ctx, cart.SteadyLine(ctx, Available(0), lines))
		Expect(cart.Charged(ctx)).To(ChargeLessForGoods(goods(ctx, more)))
	})

	// The estimate is one for the delivery address.
	It("depends on the address", Judges("CART-EST-16"), func(ctx SpecContext) {
		kinds := Of(ctx).Target().Data.OtherDiffersIn
		kinds = slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return kind != "TAX" && kind != "SHIPPING" })
		if len(kinds) == 0 {
			Inconclusive(ctx, "data.addresses.other.differsIn is missing from the target description: name TAX or SHIPPING if another address differs in them")
		}
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
		here := cart.Charged(ctx)
		goods(ctx, here) // there are parts to compare

		there := cart.ChargedAt(ctx, OtherAddress(ctx))

		for _, kind := range kinds {
			if Of(ctx).Target().Profile == target.Live && sums(here, kind) == sums(there, kind) {
				Inconclusive(ctx, "data.addresses.other.differsIn: the estimate has the same %s charges for both addresses: %s", kind, sums(here, kind))
			}
			Expect(there).To(DifferFrom(here, kind))
		}
	})

	// The estimate is one with the final prices. getItems refreshes by itself, so
	// that only the charge shows whether the estimate did.
	It("estimates with a price that has changed", Serial, Judges("CART-EST-17"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 2)
		before := goodsBefore(ctx, cart)

		price := NewPrice(ctx, Available(0), line)

		wish := ChargeMoreForGoods(before)
		if before.Equal(line.Price.Times(2)) { // else the region's prices include tax, and the charge does not
			wish = ChargeForGoods(price.Times(2))
		}
		eventually(ctx, func() *Reply { return cart.Charged(ctx).Reply }, wish)
	})

	// Also with the price of one line among several, and a second time.
	It("estimates with prices that change again", Serial, Judges("CART-EST-17"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))
		before := goodsBefore(ctx, cart)

		for _, i := range []int{1, 0, 1} {
			price := NewPrice(ctx, Available(i), lines[i])
			lines[i].Price = &price

			eventually(ctx, func() *Reply { return cart.Charged(ctx).Reply }, ChargeMoreForGoods(before))
			before = goods(ctx, cart.Charged(ctx))
		}
	})

	// How the price of the goods compares with the summary's subtotal.
	It("shows whether the price of the goods is the subtotal", Observes("CART-EST-23"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
		subtotal := cart.Summary(ctx).Subtotal()
		e := cart.Charged(ctx)

		price := e.Charge("PRINCIPAL", "SUBTOTAL")
		seen := "they are the same"
		switch {
		case subtotal == nil || price == nil:
			seen = "one of them is not there"
		case !subtotal.Equal(*price):
			seen = "SubTotal is " + subtotal.String() + ", the charge is " + price.String()
		}
		Of(ctx).Observe(e.X, "PRINCIPAL charge of category SUBTOTAL and SubTotal", seen)
	})

	// An estimate leaves lines and quantities as they are.
	It("changes no lines", Judges("CART-EST-24"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(3))
		before := cart.Steady(ctx)

		for range 2 {
			cart.Charged(ctx)

			cart.ExpectItems(ctx, HaveLines(before...))
		}
	})

	// What the estimate of an empty cart is: both arrays empty, a rejection, an error.
	It("shows the estimate of an empty cart", Observes("CART-EST-25"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		e := cart.TryEstimate(ctx, Deliverable(ctx))

		seen := formOf(e.Reply)
		if e.Success() {
			seen = e.seen()
		}
		Of(ctx).Observe(e.X, "estimate of an empty cart", seen)
	})

	// Whether the same estimate has the same charges.
	It("shows whether an estimate is repeated", Observes("CART-EST-26"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
		first := cart.Charged(ctx)

		again := cart.Charged(ctx)

		seen := "the same charges"
		if sums(first, "") != sums(again, "") {
			seen = "first " + sums(first, "") + ", then " + sums(again, "")
		}
		Of(ctx).Observe(again.X, "the same estimate again", seen)
	})
}

// orderable gives estimates of one cart of orderable offers, in several states
// of its life.
func orderable(ctx context.Context) []*Estimate {
	cart := EmptyCart(ctx)
	cart.Add(ctx, Available(0), 1)
	estimates := []*Estimate{cart.Charged(ctx)}
	lines := cart.AddAll(ctx, Available(1).Times(3), Available(2).Times(3))
	estimates = append(estimates, cart.Charged(ctx))
	cart.ModifyAll(ctx, change{lines[0].ItemID, 0}, change{lines[1].ItemID, 5})
	return append(estimates, cart.Charged(ctx), cart.Charged(ctx))
}

// mustSpellOut ends the spec unless all charges can be read.
func mustSpellOut(ctx context.Context, e *Estimate) {
	readable := len(e.Charges()) != 0
	for _, c := range e.Charges() {
		readable = readable && c.Type != "" && c.Category != "" && c.Amount != nil
	}
	if !readable {
		Needs(ctx, "CART-EST-08", e.X, "charges with type, category and amount", e.seen())
	}
}

// goods gives the charge for the goods, which must be there.
func goods(ctx context.Context, e *Estimate) Money {
	mustSpellOut(ctx, e)
	price := e.Charge("PRINCIPAL", "SUBTOTAL")
	if price == nil {
		Needs(ctx, "CART-EST-09", e.X, "a charge of type PRINCIPAL and category SUBTOTAL", e.seen())
	}
	return *price
}

// goodsBefore gives the charge for the goods before a price is changed. It
// shows first that estimates leave the cart alone and that the charge is one.
func goodsBefore(ctx context.Context, cart *Cart) Money {
	before := cart.Steady(ctx)
	price := goods(ctx, cart.Charged(ctx))
	if items := cart.Items(ctx); !sameLines(items.Lines(), before) {
		Needs(ctx, "CART-EST-24", items.X, "the lines from before the estimate: "+describe(before), describe(items.Lines()))
	}
	if !price.Amount.IsPositive() {
		Needs(ctx, "CART-EST-10", nil, "a charge above zero for the goods", price.String())
	}
	return price
}

// mustBeRead ends the spec unless getItems shows the lines that the last change
// left: what a cart has lost cannot be estimated.
func mustBeRead(ctx context.Context, cart *Cart, id string) {
	lines := cart.lines()
	if items := cart.Readable(ctx); !sameGoods(items.Lines(), lines) {
		Needs(ctx, id, items.X, "the lines of the answer before: "+describe(lines), describe(items.Lines()))
	}
}
