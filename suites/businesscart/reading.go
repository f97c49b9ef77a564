package businesscart

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// reading holds the promises of getItems: step 4 of the guide.
func reading() {
	// Reading succeeds and gives an array of items.
	It("answers with an array of items", Judges("CART-ITEMS-01"), func(ctx SpecContext) {
		if id := Of(ctx).CartID(); id != "" { // what another spec left there may not be fit to be read
			left := &Cart{ID: id}
			left.TryAdd(ctx, Available(0).Times(1)) // clearing an empty cart may be refused
			left.TryClear(ctx)
		}
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)

		answer := cart.TryItems(ctx)

		Expect(answer).To(BeSuccessful())
		Expect(answer).To(HaveArrays("items"))
	})

	// Each line says which product, line and buying option it is: as it was added,
	// and after lines were changed and removed.
	It("identifies each line", Judges("CART-ITEMS-02"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1))

		for left := 3; left > 1; left-- {
			items := cart.Items(ctx)

			mustList(ctx, items, left)
			Expect(items).To(HaveOnEachLine("productIdentifier", "itemId", "buyingOptionIdentifier"))
			if left == 3 {
				cart.Modify(ctx, lines[0], 2)
				cart.Remove(ctx, lines[1])
			}
		}
	})

	// All lines are read, whichever call they came with.
	It("reads every line", Judges("CART-ITEMS-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		for i, offer := range []Role{Available(0), Available(1), Available(2)} {
			cart.Add(ctx, offer, 1)

			Expect(cart.Items(ctx)).To(HaveLineCount(i + 1))
		}
	})

	// There are no pages: a long cart is read at once, too.
	It("reads every line of a longer cart", Judges("CART-ITEMS-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		wanted := each(plenty(ctx), 1)
		added := cart.Taking(ctx, wanted...)
		if n := len(added.Lines()) + len(added.Rejected()); n != len(wanted) {
			Needs(ctx, "CART-ADD-03", added.X, fmt.Sprintf("%d lines and rejections together, one for each item", len(wanted)),
				fmt.Sprintf("%d: %s; rejected: %s", n, describe(added.Lines()), reasons(added.Rejected())))
		}

		for range 2 {
			Expect(cart.Items(ctx)).To(HaveLineCount(len(added.Lines())))
		}
	})

	// Two offers of one product are two lines.
	It("reads both lines of a product", Judges("CART-ITEMS-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		pair := cart.AddAll(ctx, SameProduct(0).IfGiven().Times(1), SameProduct(1).IfGiven().Times(2))

		for range 2 {
			Expect(cart.Items(ctx)).To(And(HaveLine(pair[0]), HaveLine(pair[1]), HaveLineCount(2)))
		}
	})

	// A line that cannot be had is read, too.
	It("reads a line that is out of stock", Serial, Judges("CART-ITEMS-03"), func(ctx SpecContext) {
		if Of(ctx).Target().Control.SetStock == nil {
			NotApplicable(ctx, "the stock of the target cannot be changed")
		}
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		lines := cart.AddAll(ctx, Limited(0).Times(1), Available(0).Times(1))
		Expect(cart.Items(ctx)).To(HaveLineCount(2))
		NewStock(ctx, Limited(0), 0, stock)

		settled(ctx, cart, Not(ShowAvailable(lines[0].Product, true))) // that it is shown as such is CART-ITEMS-06

		Expect(cart.Items(ctx)).To(HaveLineCount(2))
	})

	// While lines are being changed, too, one by one or several in one request: a
	// modified line is never missing. Of which moment its quantity is does not matter here.
	It("reads every line while they are modified", Judges("CART-ITEMS-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))
		Expect(cart.Items(ctx)).To(HaveLineCount(2))

		read := getItemsCall(ctx, cart.ID)
		set := func(quantity int, lines ...Line) Call {
			var changes []change
			for _, line := range lines {
				changes = append(changes, change{line.ItemID, quantity})
			}
			return modifyItemsCall(ctx, cart.ID, changes...)
		}
		for _, answer := range crowd(ctx, true,
			[]Call{set(2, lines[0]), read, set(3, lines...), read, set(4, lines[1]), read},
			[]Call{set(5, lines...), read, set(6, lines[0]), read, set(7, lines...), read},
			[]Call{read, read, read, read},
		) {
			if answer.X.Operation == getItems && answer.Success() { // in the crowd it may be turned away
				Expect(answer).To(HaveLineCount(2))
			}
		}
		Expect(cart.Items(ctx)).To(HaveLineCount(2))
	})

	// Reading brings prices up to date, of every line.
	It("shows prices that have changed", Serial, Judges("CART-ITEMS-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))
		mustShow(ctx, cart, lines...)
		first := NewPrice(ctx, Available(0), lines[0])
		last := NewPrice(ctx, Available(2), lines[2])

		eventually(ctx, func() *Reply { return cart.Items(ctx) },
			And(HoldProduct(lines[0].Product, WithPrice(first)), HoldProduct(lines[2].Product, WithPrice(last))))
	})

	// Not only the first time.
	It("shows a price that changes again", Serial, Judges("CART-ITEMS-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)
		mustShow(ctx, cart, line)

		for range 2 {
			price := NewPrice(ctx, Available(0), line)
			eventually(ctx, func() *Reply { return cart.Items(ctx) }, HoldProduct(line.Product, WithPrice(price)))
			line.Price = &price
		}
	})

	// Reading brings availability up to date: what can be had again is available
	// again. That it turns false in the first place is CART-ITEMS-06.
	It("shows that a line can be had again", Serial, Judges("CART-ITEMS-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		line := cart.Add(ctx, Limited(0), 1)
		mustBeAvailable(ctx, cart, line)

		NewStock(ctx, Limited(0), 0, stock)
		if items := settled(ctx, cart, ShowAvailable(line.Product, false)); items != nil {
			Needs(ctx, "CART-ITEMS-06", items.X, "isItemAvailable false for a line without stock", seenAvailability(items))
		}
		NewStock(ctx, Limited(0), stock, stock)

		eventually(ctx, func() *Reply { return cart.Items(ctx) }, ShowAvailable(line.Product, true))
	})

	// Each line has quantity, availability, dates and, when it can be had, a price.
	It("describes each line", Judges("CART-ITEMS-05"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))

		items := cart.Items(ctx)
		mustList(ctx, items, 3)
		Expect(items).To(DescribeEachLine())

		cart.Modify(ctx, lines[1], 3)
		items = cart.Items(ctx)
		mustList(ctx, items, 3)
		Expect(items).To(DescribeEachLine())
	})

	// A line whose offer is out of stock is not available, and the others are.
	It("shows a line that cannot be had any more", Serial, Judges("CART-ITEMS-06"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		lines := cart.AddAll(ctx, Limited(0).Times(1), Available(0).Times(1))
		mustBeAvailable(ctx, cart, lines...)
		price := NewPrice(ctx, Limited(0), lines[0])
		NewStock(ctx, Limited(0), 0, stock)

		gone := ShowAvailable(lines[0].Product, false)
		if items := settled(ctx, cart, gone); items != nil {
			// Nothing at all is refreshed: that is another promise.
			if stale, _ := HoldProduct(lines[0].Product, WithPrice(*lines[0].Price)).Match(items); stale {
				Needs(ctx, "CART-ITEMS-04", items.X, "price "+price.String()+" and isItemAvailable false", seenAvailability(items))
			}
		}
		items := cart.Items(ctx)
		Expect(items).To(gone)
		Expect(items).To(ShowAvailable(lines[1].Product, true))
	})

	// A cart that was cleared is read as an empty array. It is cleared by hand:
	// EmptyCart takes this promise for granted.
	It("reads a cleared cart as an empty array", Judges("CART-ITEMS-07"), func(ctx SpecContext) {
		s := Of(ctx)
		if s.CartID() == "" {
			EmptyCart(ctx) // finds one
		}
		cart := &Cart{ID: s.CartID()}
		if len(cart.TryAdd(ctx, Available(0).Times(1)).Lines()) == 0 {
			cart = EmptyCart(ctx)
			cart.Add(ctx, Available(0), 1)
		}
		cart.Items(ctx) // a cart with lines is read as it should be
		cart.Clear(ctx)

		answer := cart.TryItems(ctx)
		if answer.Refused() {
			answer = cart.Reopen(ctx)
		}

		mustBeEmpty(ctx, answer, "CART-DEL-03")
		Expect(answer).To(HaveEmptyArray("items"))
	})

	// So is a cart whose last line was removed.
	It("reads a cart without its last line as an empty array", Judges("CART-ITEMS-07"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Remove(ctx, cart.Add(ctx, Available(0), 2))

		answer := cart.TryItems(ctx)

		mustBeEmpty(ctx, answer, "CART-MOD-13")
		Expect(answer).To(HaveEmptyArray("items"))
	})

	// Lines keep their itemId from one reading to the next.
	It("keeps itemIds from reading to reading", Judges("CART-ITEMS-08"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))
		first := cart.Items(ctx)

		for range 4 {
			again := cart.Items(ctx)
			mustList(ctx, again, len(first.Lines()))
			Expect(again).To(HaveItemIDsOf(first))
		}
	})

	// Also when the summary was asked for in between.
	It("keeps itemIds when the summary is read", Judges("CART-ITEMS-08"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		first := cart.Items(ctx)

		for range 2 {
			cart.Summary(ctx)
			again := cart.Items(ctx)
			mustList(ctx, again, len(first.Lines()))
			Expect(again).To(HaveItemIDsOf(first))
		}
	})

	// Also when the reading refreshed a price.
	It("keeps itemIds when a price changes", Serial, Judges("CART-ITEMS-08"), func(ctx SpecContext) {
		if Of(ctx).Target().Profile != target.Controlled {
			NotApplicable(ctx, "needs profile %s", target.Controlled)
		}
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		first := cart.Items(ctx)
		price := NewPrice(ctx, Available(0), lines[0])

		if items := settled(ctx, cart, HoldProduct(lines[0].Product, WithPrice(price))); items != nil {
			Needs(ctx, "CART-ITEMS-04", items.X, "price "+price.String(), describe(items.Lines()))
		}
		again := cart.Items(ctx)
		mustList(ctx, again, len(first.Lines()))
		Expect(again).To(HaveItemIDsOf(first))
	})

	// Nothing is rejected by reading.
	It("shows whether a reading has rejectedItems", Observes("CART-ITEMS-09"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)

		items := cart.Items(ctx)

		seen := "no rejectedItems"
		if _, there := items.Doc["rejectedItems"]; there {
			seen = "rejectedItems"
		}
		Of(ctx).Observe(items.X, "rejectedItems in the answer of getItems", seen)
	})

	// What was added is what is read.
	It("reads what was added", Judges("CART-ITEMS-10"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(5))

		items := cart.Items(ctx)

		mustList(ctx, items, 3)
		for i, quantity := range []int64{1, 2, 5} {
			Expect(items).To(HoldProduct(Available(i).Product(ctx), WithQuantity(quantity)))
		}
	})

	// Every reading shows the cart as it is by then.
	It("reads what was added, changed and removed since", Judges("CART-ITEMS-10"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		a := cart.Add(ctx, Available(0), 2)
		Expect(cart.Items(ctx)).To(HoldProduct(a.Product, WithQuantity(2)))
		b := cart.Add(ctx, Available(1), 1)
		Expect(cart.Items(ctx)).To(HoldProduct(b.Product, WithQuantity(1)))
		cart.Modify(ctx, a, 4)
		Expect(cart.Items(ctx)).To(HoldProduct(a.Product, WithQuantity(4)))
		cart.Remove(ctx, b)
		Expect(cart.Items(ctx)).NotTo(HoldProduct(b.Product))
	})

	// Of an offer that is added again the whole quantity is read, in one line or
	// several.
	It("reads the whole of what was added twice", Judges("CART-ITEMS-10"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)
		cart.Add(ctx, Available(1), 1)
		cart.Add(ctx, Available(0), 2)

		Expect(cart.Items(ctx)).To(HoldUnits(line.Product, 3, 3))
	})

	// Also when both additions came in one call. A target may decline to take an
	// offer twice; what it takes is read.
	It("reads the whole of what was added twice in one call", Judges("CART-ITEMS-10"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		product := Available(0).Product(ctx)

		added := cart.TryAdd(ctx, Available(0).Times(1), Available(0).Times(2))
		if added.Refused() || len(added.Rejected()) != 0 {
			NotApplicable(ctx, "the target does not take an offer twice in one call: %s", formOf(added))
		}
		items := cart.Items(ctx)
		if units(items.Lines(), product) != 3 { // do additions do what they should otherwise?
			twin := EmptyCart(ctx)
			twin.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
			twin.Add(ctx, Available(0), 2)
			twin.Items(ctx)
		}

		Expect(items).To(HoldUnits(product, 3, 3))
	})

	// Large quantities too.
	It("reads large quantities", Judges("CART-ITEMS-10"), func(ctx SpecContext) {
		if Of(ctx).Target().Profile != target.Controlled {
			NotApplicable(ctx, "how many of an offer a %s target has is not known", Of(ctx).Target().Profile)
		}
		cart := EmptyCart(ctx)
		wanted := []Wanted{Available(0).Times(12), Available(1).Times(100)}
		added := cart.TryAdd(ctx, wanted...)
		if added.Refused() || len(added.Rejected()) != 0 { // stock and limits are the target's own
			NotApplicable(ctx, "the target does not take so many: %s", formOf(added))
		}
		for _, w := range wanted {
			if held := units(added.Lines(), w.Product(ctx)); held != int64(w.Quantity) {
				Needs(ctx, "CART-ADD-09", added.X, fmt.Sprintf("quantity %d of %s", w.Quantity, w.Product(ctx)), describe(added.Lines()))
			}
		}

		items := cart.Items(ctx)

		Expect(items).To(HoldProduct(wanted[0].Product(ctx), WithQuantity(12)))
		Expect(items).To(HoldProduct(wanted[1].Product(ctx), WithQuantity(100)))
	})
}
