package businesscart

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"cartconform/suites/history"
	. "cartconform/suites/stage"
)

// concurrency holds promises that have to be kept when several clients use a cart
// at the same time. No document says so in these words; but none limits to a quiet
// cart what it says a request does and leaves alone, and modifyItems is safe to
// retry, which nobody can do without meeting the request that is retried. What the
// documents leave open is free: the order of requests that overlap; that one which
// meets another is turned away (409, 429, 503, any refusal), after which it may
// have been done or not; of which moment after the change the lines in the answer
// to a change are; whether several lines named in one request change at one moment.
// That a reading may be out of date is said nowhere: it gives the latest status.
func concurrency() {
	// The quantity of a named line is updated. Of several modifications of one line
	// the last one stays: each answer shows its own quantity or a later one, and each
	// reading that comes after it too. Which one is the last is free where they overlap.
	// Additions of other products, and readings, change nothing about it.
	It("keeps the last of several modifications of a line", Judges("CART-MOD-03"), func(ctx SpecContext) {
		rush{
			filled: []Wanted{Available(0).Times(1)},
			clients: func(cart *Cart, lines []Line) [][]Call {
				return [][]Call{
					cart.modifying(ctx, lines[0], 2, 3, 4, 5),
					append(cart.reading(ctx, 1), cart.modifying(ctx, lines[0], 6, 7, 8)...), // when the others are at it
					cart.adding(ctx, Available(1).Times(1), Available(1).Times(1)),
					cart.reading(ctx, 6),
				}
			},
			counts: func(lines []Line) []count { return []count{quantityOf(lines[0]).whereListed()} },
		}.mustFitSomeOrder(ctx)
	})

	// A request whose answer is lost may be under way still when it is sent again:
	// nobody can know. Being safe to retry covers that. Whether the second of the two
	// is turned away is free; but the next retry succeeds, and the cart is as after one.
	It("is safe to retry while the first request is under way", Judges("CART-MOD-12"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))

		for quantity := 3; quantity < 6; quantity++ {
			request := change{lines[0].ItemID, quantity}
			atOnce(ctx, 2, modifyItemsCall(ctx, cart.ID, request))
			again := cart.TryModify(ctx, request)

			cart.mustNotBeTheMoment(ctx, again, request)
			cart.Expect(ctx, again, BeSuccessful(), HaveLine(lines[0], WithQuantity(int64(quantity))))
			cart.Expect(ctx, cart.Items(ctx),
				HaveLineCount(2), HaveLine(lines[0], WithQuantity(int64(quantity))), HaveLine(lines[1], WithQuantity(2)))
		}
	})

	// Lines that are not named stay as they are, also those that somebody else
	// modifies while one is removed.
	It("leaves lines alone that are modified while others are removed", Judges("CART-MOD-14"), func(ctx SpecContext) {
		rush{
			filled: []Wanted{Available(0).Times(1), Available(1).Times(1), Available(2).Times(1)},
			clients: func(cart *Cart, lines []Line) [][]Call {
				return [][]Call{
					slices.Concat(cart.modifying(ctx, lines[0], 0), cart.modifying(ctx, lines[2], 0)),
					cart.modifying(ctx, lines[1], 2, 3, 4, 5, 6),
				}
			},
			counts: func(lines []Line) []count { return []count{quantityOf(lines[1]).whereListed()} },
		}.mustFitSomeOrder(ctx)
	})

	// What was added is read, whatever else was modified meanwhile. In the answer to
	// an addition, and in every reading after it, the cart holds as much as was added by
	// then; what is asked for in requests that overlap may be there or not.
	It("reads what was added while other lines were modified", Judges("CART-ITEMS-10"), func(ctx SpecContext) {
		rush{
			filled: []Wanted{Available(0).Times(1)},
			clients: func(cart *Cart, lines []Line) [][]Call {
				return [][]Call{
					slices.Concat( // it adds when the others are at it
						cart.modifying(ctx, lines[0], 8), cart.adding(ctx, Available(1).Times(2), Available(2).Times(1), Available(1).Times(3))),
					cart.modifying(ctx, lines[0], 2, 3, 4),
					cart.modifying(ctx, lines[0], 5, 6, 7),
				}
			},
			counts: func(lines []Line) []count {
				return []count{unitsAdded(ctx, Available(1), lines), unitsAdded(ctx, Available(2), lines)}
			},
		}.mustFitSomeOrder(ctx)
	})

	// A clearing removes all items. What was in the cart before is gone when it is
	// answered, and a request that overlaps brings nothing of it back: an addition adds,
	// and a modification names a line that is no more. Whether what is added meanwhile is
	// cleared with it is free, and so is under which id the cart is found afterwards.
	It("brings nothing back that was cleared in a crowd", Judges("CART-DEL-03"), func(ctx SpecContext) {
		rush{
			filled: []Wanted{Available(0).Times(1), Available(1).Times(1)},
			clients: func(cart *Cart, lines []Line) [][]Call {
				return [][]Call{
					slices.Concat( // it clears when the others are at it
						cart.modifying(ctx, lines[1], 2), cart.adding(ctx, Available(2).Times(1)),
						[]Call{getCartCall(ctx, cart.ID), deleteItemsCall(ctx, cart.ID)}),
					cart.adding(ctx, Available(2).Times(1), Available(2).Times(1), Available(2).Times(1)),
					cart.adding(ctx, Available(2).Times(2), Available(2).Times(2), Available(2).Times(2)),
					cart.modifying(ctx, lines[0], 2, 3, 4, 5),
				}
			},
			counts: func(lines []Line) []count { return []count{presenceOf(lines[0]), presenceOf(lines[1])} },
		}.mustFitSomeOrder(ctx)
	})

	// Reading changes no quantities, and does not undo a change either that it
	// overlaps. What is in the cart is told by the answers to modifications, since
	// readings are under suspicion.
	It("loses no modification to a reading", Judges("CART-GEN-13"), func(ctx SpecContext) {
		rush{
			filled: []Wanted{Available(0).Times(1), Available(1).Times(1)},
			clients: func(cart *Cart, lines []Line) [][]Call {
				clients := [][]Call{
					cart.modifying(ctx, lines[0], 2, 3, 4, 5, 6, 7),
					cart.reading(ctx, 2),
					{getCartCall(ctx, cart.ID), getCartCall(ctx, cart.ID)},
				}
				if address := Of(ctx).Target().Data.Deliverable; address != nil {
					cost := estimateCall(ctx, cart.ID, address)
					clients = append(clients, []Call{cost, cost, cost})
					clients[0] = append([]Call{cost}, clients[0]...) // it modifies when the others are at it
				}
				return clients
			},
			after: func(cart *Cart, lines []Line) *Reply {
				return (&Cart{ID: cart.ID}).TryModify(ctx, change{lines[1].ItemID, 2})
			},
			counts: func(lines []Line) []count { return []count{quantityOf(lines[0]).whereListed().shownBy(modifyItems)} },
		}.mustFitSomeOrder(ctx)
	})

	// Two carts of a buyer are two carts, also when both are filled at the same
	// moment.
	It("keeps two carts of a buyer apart that are filled at once", Judges("CART-GEN-14"), func(ctx SpecContext) {
		cart, other := bothCarts(ctx)
		mine, others := Available(0), Available(1)
		if mine.Product(ctx) == others.Product(ctx) {
			Inconclusive(ctx, "%s and %s are the same product: a line of it would show nothing", mine.Key, others.Key)
		}
		kept := other.AddAll(ctx, others.Times(1))
		cart.mustKeep(ctx, other, nil)
		cart.AddAll(ctx, mine.Times(1))
		other.mustKeep(ctx, cart, kept)

		crowd(ctx, true,
			cart.adding(ctx, mine.Times(1), mine.Times(1), mine.Times(1)),
			other.adding(ctx, others.Times(1), others.Times(1), others.Times(1)))

		cart.mustKeepOut(ctx, other, others)
		other.mustKeepOut(ctx, cart, mine)
	})

	// The subtotal is price times quantity, at every moment: of a quantity that the
	// line has or had while the summary was made, also when several clients modify it.
	// The other line stays as it is, so that it does not matter whether a summary sees
	// all lines at one moment.
	It("gives the subtotal of a cart that is being modified", Judges("CART-GET-04"), func(ctx SpecContext) {
		var priced []Line
		rush{
			filled: []Wanted{Available(0).Times(1), Available(1).Times(1)},
			clients: func(cart *Cart, lines []Line) [][]Call {
				before := cart.WholePriced(ctx, lines...)
				Expect(before).To(AddUpToSubtotal())
				priced = before.Lines
				set := func(quantity int) Call { return cart.modifying(ctx, lines[0], quantity)[0] }
				summary := getCartCall(ctx, cart.ID)
				return [][]Call{
					{set(2), summary, set(3), summary, set(4), summary},
					{set(5), summary, set(6), summary, set(7), summary},
				}
			},
			after: func(cart *Cart, lines []Line) *Reply { return ask(ctx, getCartCall(ctx, cart.ID)) },
			counts: func(lines []Line) []count {
				modified, other := priced[0], priced[1]
				if modified.ItemID != lines[0].ItemID {
					modified, other = other, modified
				}
				quantity := quantityOf(modified).whereListed()
				quantity.premise = "CART-MOD-03"
				return []count{quantity, quantityBySubtotal(modified, other)}
			},
		}.mustFitSomeOrder(ctx)
	})

	// An itemId is unique within the cart, also among lines that are added at the
	// same moment.
	It("gives lines itemIds of their own that are added at once", Judges("CART-ADD-06"), func(ctx SpecContext) {
		for range history.Rounds {
			cart := EmptyCart(ctx)
			crowd(ctx, true, cart.adding(ctx, Available(0).Times(1)), cart.adding(ctx, Available(1).Times(1)), cart.adding(ctx, Available(2).Times(1)))

			items := (&Cart{ID: cart.ID}).Items(ctx)
			if len(items.Lines()) < 2 {
				Inconclusive(ctx, "of three additions at the same moment less than two made a line: %s", describe(items.Lines()))
			}
			Expect(items).To(NameEachLine())
		}
	})
}
