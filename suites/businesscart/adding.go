package businesscart

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// adding holds the promises of addItems: step 2 of the guide. What cannot be
// added stands in rejecting.go, bodies that the contract does not allow in
// refusing.go.
func adding() {
	// An item of the four fields is accepted, whatever is in the cart already.
	It("accepts items in a cart that holds some", Judges("CART-ADD-02"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		for i := range 3 {
			after := cart.TryAdd(ctx, Available(i).Times(i+1))

			Expect(after).To(BeSuccessful())
			after.mustHold(ctx, Available(i).Times(i+1))
		}
	})

	// ASIN and offer id of a product search make a line as they are, every time: what
	// was added once is there when more is added, for as long as the target has more. Each answer is asked about the products that it
	// did not add.
	It("takes the identifiers of a product search again and again", Judges("CART-ADD-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		asked, taken := [3]int64{1, 1, 1}, [3]int64{1, 1, 1}
		for i := range 3 {
			after := cart.Taking(ctx, Available(i).Times(1))
			mustHoldNew(ctx, after, Available(i), i)
			after.mustHold(ctx, Available(i).Times(1))
		}

		for n := range 11 {
			i := n % 3
			before := cart.lines()
			after := cart.Offering(ctx, Available(i).Times(1))
			if n == 0 { // none at all is too few
				mustSuffice(ctx, before, after, Available(i).Times(1))
			}
			if after.limited() {
				break
			}
			asked[i]++
			if len(after.Rejected()) == 0 { // what was rejected may be in the cart or not
				taken[i]++
			}

			for other := range 3 {
				if other != i {
					mustStillList(ctx, after, Available(other))
					Expect(after).To(HoldUnits(Available(other).Product(ctx), taken[other], asked[other]))
				}
			}
		}
	})

	// And when several come at the same moment.
	It("takes the identifiers of a product search in a crowd", Judges("CART-ADD-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		mustHoldNew(ctx, cart.Taking(ctx, Available(0).Times(1)), Available(0), 0)
		calls := make([]Call, 8)
		for i := range calls {
			calls[i] = addItemsCall(ctx, cart.ID, Available(0).Times(1).item(ctx))
		}

		answers := together(ctx, calls...)

		taken := int64(1)
		for _, answer := range answers { // who was turned away in the crowd did not add
			if answer.Success() && len(answer.Rejected()) == 0 {
				taken++
			}
		}
		after := cart.Taking(ctx, Available(1).Times(1))
		mustStillList(ctx, after, Available(0))
		Expect(after).To(HoldUnits(Available(0).Product(ctx), taken, 9))
	})

	// The answer has items and rejectedItems, also when there is nothing in them.
	It("answers with items and rejectedItems", Judges("CART-ADD-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		for _, wanted := range [][]Wanted{{Available(0).Times(1)}, {Available(1).Times(2), Available(2).Times(1)}} {
			after := cart.Taking(ctx, wanted...)

			Expect(after).To(HaveArrays("items", "rejectedItems"))
			after.mustHold(ctx, wanted...)
		}
	})

	// Both are there also when something is rejected.
	It("answers with items and rejectedItems when it rejects", Judges("CART-ADD-04"), func(ctx SpecContext) {
		limited := Limited(0).IfGiven()
		bad := limited.Times(limited.Stock(ctx) + 1)
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)

		for _, wanted := range [][]Wanted{{bad}, {Available(1).Times(1), bad}} {
			after := cart.TryAdd(ctx, wanted...)

			cart.mustTakeGood(ctx, after, Available(0))
			if !after.Success() {
				Needs(ctx, "CART-ADD-15", after.X, "a success answer with rejectedItems", after.Says())
			}
			Expect(after).To(HaveArrays("items", "rejectedItems"))
			limited.MustBeScarce(ctx, after)
			mustReject(ctx, after)
		}
	})

	// Each line has an itemId of its own.
	It("gives each line an itemId", Judges("CART-ADD-06"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		for _, wanted := range [][]Wanted{
			{Available(0).Times(1), Available(1).Times(1)}, {Available(2).Times(1)}, {Available(0).Times(1)},
		} {
			after := cart.Taking(ctx, wanted...)

			after.mustHold(ctx, wanted...)
			Expect(after).To(NameEachLine())
		}
	})

	// Lines of one product have different itemIds, too.
	It("gives lines of the same product different itemIds", Judges("CART-ADD-06"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		after := cart.Taking(ctx, SameProduct(0).Times(1), SameProduct(1).Times(1))

		after.mustHold(ctx, SameProduct(0).Times(1))
		Expect(after).To(NameEachLine())
	})

	// The itemId of a new line is none that another line has, after a removal
	// neither.
	It("gives new itemIds after a removal", Judges("CART-ADD-06"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1))
		cart.Remove(ctx, lines[0])

		after := cart.Taking(ctx, Available(0).Times(1))

		after.mustHold(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1))
		Expect(after).To(NameEachLine())
	})

	// The itemId that the answer gives names the line that was added.
	It("gives itemIds that modify", Judges("CART-ADD-07"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1))

		for i, line := range lines {
			after := cart.TryModify(ctx, change{line.ItemID, i + 3})

			mustModifyAsRead(ctx, cart, after, line, i+3)
			Expect(after).To(BeSuccessful())
			Expect(after).To(HoldProduct(line.Product, WithQuantity(int64(i+3))))
		}
	})

	// It goes on to do so when other items are added.
	It("gives itemIds that modify after later additions", Judges("CART-ADD-07"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)
		cart.Add(ctx, Available(1), 1)
		cart.Add(ctx, Available(2), 1)

		after := cart.TryModify(ctx, change{line.ItemID, 3})

		mustModifyAsRead(ctx, cart, after, line, 3)
		Expect(after).To(BeSuccessful())
		Expect(after).To(HoldProduct(line.Product, WithQuantity(3)))
	})

	// When nothing is rejected, rejectedItems is an empty array.
	It("rejects nothing when all is well", Judges("CART-ADD-08"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		for _, wanted := range [][]Wanted{{Available(0).Times(1)}, {Available(1).Times(2), Available(2).Times(1)}} {
			after, _ := cart.Adding(ctx, wanted...)
			mustHaveBothArrays(ctx, after)
			Expect(after).To(HaveEmptyArray("rejectedItems"))
		}
	})

	// What was rejected once is not rejected again by a good addition.
	It("rejects nothing after an earlier rejection", Judges("CART-ADD-08"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Rejecting(ctx, Limited(0).Times(Limited(0).Stock(ctx)+1))

		after, _ := cart.Adding(ctx, Available(0).Times(1))

		mustHaveBothArrays(ctx, after)
		Expect(after).To(HaveEmptyArray("rejectedItems"))
	})

	// A hundred units are a hundred, where there are as many: the guide's own sample
	// has such a line.
	It("echoes a large quantity", Serial, Judges("CART-ADD-09"), func(ctx SpecContext) {
		if Of(ctx).Target().Control.SetStock == nil {
			NotApplicable(ctx, "the stock of the target cannot be raised")
		}
		limited := Limited(0).IfGiven()
		NewStock(ctx, limited, 200, limited.Stock(ctx))
		many := limited.Times(100)

		cart, after := enough(ctx, many)

		mustTakeMany(ctx, after, many)
		mustHaveBothArrays(ctx, after)
		if len(after.Lines()) == 0 {
			many.missing(ctx, after)
		}
		cart.mustBeFresh(ctx, after, many)
		Expect(after).To(HoldProduct(many.Product(ctx), WithQuantity(100)))
	})

	// A new line shows the product and the quantity that were asked for, each of
	// several its own.
	It("echoes the quantity of each of several items", Judges("CART-ADD-09"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		wanted := []Wanted{Available(1).Times(3), Available(2).Times(1), Available(0).Times(2)}

		after := cart.Taking(ctx, wanted...)

		if lines := after.Lines(); len(lines) < len(wanted) {
			Needs(ctx, "CART-ADD-32", after.X, "a line for each item of the request", describe(lines))
		}
		cart.mustBeFresh(ctx, after, wanted...)
		for _, w := range wanted {
			Expect(after).To(HoldProduct(w.Product(ctx), WithQuantity(int64(w.Quantity))))
		}
	})

	// An offer that can be had is shown as available.
	It("shows an available offer as available", Judges("CART-ADD-10"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		for i := range 3 {
			after, _ := cart.Adding(ctx, Available(i).Times(1))

			for j := range i + 1 {
				mustStillList(ctx, after, Available(j))
				mustBeOnSale(ctx, Available(j), after)
				Expect(after).To(HoldProduct(Available(j).Product(ctx), BeingAvailable()))
			}
		}
	})

	// A line that is available has a price.
	It("prices each line", Judges("CART-ADD-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		for _, wanted := range [][]Wanted{{Available(0).Times(1)}, {Available(1).Times(2), Available(2).Times(1)}} {
			after, _ := cart.Adding(ctx, wanted...)

			if !slices.ContainsFunc(after.Lines(), func(l Line) bool { return l.Available }) {
				Needs(ctx, "CART-ADD-10", after.X, "a line that is available", describe(after.Lines())+", none of them available")
			}
			Expect(after).To(PriceEachAvailableLine())
		}
	})

	// Both dates are RFC 3339 texts. The object that the published model describes
	// fails on purpose: the guide and every sample show a text.
	It("dates each line", Judges("CART-ADD-12"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		for _, wanted := range [][]Wanted{{Available(0).Times(1)}, {Available(1).Times(2), Available(2).Times(1)}} {
			after, _ := cart.Adding(ctx, wanted...)

			Expect(after).To(DateEachLine())
		}
	})

	// No sample shows a line that was modified before it was added.
	It("shows how the two dates of a line are ordered", Observes("CART-ADD-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)

		after, lines := cart.Adding(ctx, Available(1).Times(1))

		for _, line := range lines {
			Of(ctx).Observe(after.X, "order of addedToCartDate and modifiedDate", orderOfDates(line))
		}
	})

	// taxExclusivePrice, where there is one, is an amount of money.
	It("shows prices without tax as money", Judges("CART-ADD-14"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		after, _ := cart.Adding(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))

		Expect(after).To(PriceWithoutTaxAsMoney())
		if !slices.ContainsFunc(objects(after.Doc["items"]), func(o map[string]any) bool { return o["taxExclusivePrice"] != nil }) {
			JustObserved(ctx, "no line has a taxExclusivePrice")
		}
	})
}
