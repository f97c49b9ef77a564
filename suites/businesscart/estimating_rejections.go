package businesscart

import (
	"context"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "cartconform/suites/stage"
)

// estimatingRejections holds the promises of getEstimatedTotalPurchaseCost for carts with
// items that no order would accept: "Rejected items" in step 6 of the guide.
func estimatingRejections() {
	// Both arrays are there also when the cart cannot be ordered.
	It("answers with both arrays for a cart that cannot be ordered", Judges("CART-EST-03"), func(ctx SpecContext) {
		for _, e := range doomed(ctx) {
			Expect(e).To(HaveArrays("charges", "rejectionArtifacts"))
		}
	})

	// Never both are populated: not for a cart of which a part could be ordered.
	It("populates one array for a cart that cannot be ordered", Judges("CART-EST-04"), func(ctx SpecContext) {
		for _, e := range doomed(ctx) {
			Expect(e).To(PopulateOneArray())
		}
	})

	// Not after the cart's cure either, and not when it is spoiled again.
	It("populates one array before and after the cure", Judges("CART-EST-04"), func(ctx SpecContext) {
		for _, e := range curedAndSpoiled(ctx) {
			Expect(e).To(PopulateOneArray())
		}
	})

	// One of them is populated for a cart that cannot be ordered, too.
	It("populates an array for a cart that cannot be ordered", Judges("CART-EST-05"), func(ctx SpecContext) {
		for _, e := range doomed(ctx) {
			Expect(e).To(BePopulated())
		}
	})

	// And before and after its cure.
	It("populates an array before and after the cure", Judges("CART-EST-05"), func(ctx SpecContext) {
		for _, e := range curedAndSpoiled(ctx) {
			Expect(e).To(BePopulated())
		}
	})

	// Where there are rejection artifacts, charges is an empty array: the good lines
	// of the cart are not charged.
	It("has no charges beside rejection artifacts", Judges("CART-EST-06"), func(ctx SpecContext) {
		for _, e := range doomed(ctx) {
			Expect(e).To(HaveEmptyArray("charges"))
		}
	})

	// After the cure nothing of the rejection is left beside the charges.
	It("has no rejection artifacts beside charges after the cure", Judges("CART-EST-07"), func(ctx SpecContext) {
		for _, e := range curedAndSpoiled(ctx) {
			if charges, _ := e.populated(); charges > 0 {
				Expect(e).To(HaveEmptyArray("rejectionArtifacts"))
			}
		}
	})

	// An item that an order would reject gives an artifact that names it.
	It("says which line would be rejected", Judges("CART-EST-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Restricted(0), 1)

		e := cart.Refused(ctx, Restricted(0))

		Expect(e).To(SayWhich(cart.SteadyLine(ctx, Restricted(0), cart.Items(ctx).Lines())))
	})

	// And says why, in a message.
	It("says why a line would be rejected", Judges("CART-EST-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Restricted(0).Times(1))

		e := cart.Refused(ctx, Restricted(0))

		for _, o := range objects(e.Doc["rejectionArtifacts"]) {
			if lacksField(o) {
				Needs(ctx, "CART-ADD-31", e.X, "artifacts with the fields of their types", e.Says())
			}
		}
		Expect(e).To(SayWhy())
	})

	// It does so in a cart that could be ordered a moment ago, and in whatever place
	// among the lines the item stands.
	It("refuses a good cart once it holds such an item", Judges("CART-EST-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Charged(ctx)
		cart.Add(ctx, Restricted(0), 2)
		cart.Add(ctx, Available(2), 1)

		e := cart.Refused(ctx, Restricted(0))

		Expect(e).To(SayWhich(cart.SteadyLine(ctx, Restricted(0), cart.Items(ctx).Lines())))
	})

	// It goes on refusing: told once is not enough, and neither the bad line nor a
	// good one becomes orderable by another quantity.
	It("refuses as long as the cart holds such an item", Judges("CART-EST-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Restricted(0).Times(1))
		cart.Refused(ctx, Restricted(0))
		mustBeRead(ctx, cart, "CART-EST-24")
		cart.Refused(ctx, Restricted(0))
		cart.Modify(ctx, lines[1], 2)
		cart.Refused(ctx, Restricted(0))
		cart.Modify(ctx, lines[0], 3)

		e := cart.Refused(ctx, Restricted(0))

		Expect(e).To(SayWhich(cart.SteadyLine(ctx, Restricted(0), cart.Items(ctx).Lines())))
	})

	// For a restricted item the artifact is of type UnsupportedCartItems, in this
	// spelling. Reasons in words, and types that no document knows, may be given in its
	// place: the types are an open set.
	It("calls a restricted item unsupported", Judges("CART-EST-12"), func(ctx SpecContext) {
		estimates := doomed(ctx)

		for _, e := range estimates {
			mustTellReason(ctx, e)
			Expect(e).To(TellUnsupported())
		}
		for _, e := range estimates {
			if kinds := e.kinds(); !slices.Contains(kinds, unsupported) {
				Of(ctx).Observe(e.X, "type of the rejection of a restricted line", Short(strings.Join(kinds, ", ")))
				JustObserved(ctx, "the target tells a restricted line by %s", Short(strings.Join(kinds, ", ")))
			}
		}
	})

	// Its identifiers are itemIds of this cart: that of the bad line, and no good
	// one's.
	It("names the bad line and not the good ones", Judges("CART-EST-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Charged(ctx) // the twin
		cart.AddAll(ctx, Restricted(0).Times(1), Available(2).Times(1))
		bad := cart.SteadyLine(ctx, Restricted(0), cart.Steady(ctx))

		e := cart.Refused(ctx, Restricted(0))

		mustGiveIDs(ctx, e, bad)
		Expect(e).To(NameLine(bad))
		mustBeOrderable(ctx, cart, e, NameNothingBut(bad), Available(2))
		Expect(e).To(NameNothingBut(bad))
	})

	// Also when the bad line is the first, in several units.
	It("names the bad line before the good ones", Judges("CART-EST-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Restricted(0).Times(2), Available(0).Times(1))
		bad := cart.SteadyLine(ctx, Restricted(0), cart.Steady(ctx))

		e := cart.Refused(ctx, Restricted(0))

		mustGiveIDs(ctx, e, bad)
		Expect(e).To(NameLine(bad))
		mustBeOrderable(ctx, cart, e, NameNothingBut(bad), Available(0))
		Expect(e).To(NameNothingBut(bad))
	})

	// A line that was removed is none of this cart's any more.
	It("does not name a line that was removed", Judges("CART-EST-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Restricted(0).Times(1))
		cart.Refused(ctx, Restricted(0))
		cart.TakeOut(ctx, lines[1])
		cart.Charged(ctx) // the twin
		cart.Add(ctx, Restricted(0), 1)
		bad := cart.SteadyLine(ctx, Restricted(0), cart.Steady(ctx))

		e := cart.Refused(ctx, Restricted(0))

		mustGiveIDs(ctx, e, bad)
		Expect(e).To(NameLine(bad))
		Expect(e).To(NameNothingBut(bad))
	})

	// The rejection is part of a success answer, not an error.
	It("rejects in a success answer", Judges("CART-EST-14"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)
		cart.Charged(ctx) // the twin
		cart.Add(ctx, Restricted(0), 1)

		e := cart.TryEstimate(ctx, Deliverable(ctx))

		Expect(e).To(BeSuccessful())
		e.mustRefuse(ctx, Restricted(0))
	})

	// Removing the named line cures the cart.
	It("is cured by removing the named line", Judges("CART-EST-15"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Charged(ctx) // the twin: what will be left can be ordered
		cart.Add(ctx, Restricted(0), 1)
		lines := cart.Steady(ctx)
		e := cart.Refused(ctx, Restricted(0))

		bad := onlyNamed(ctx, e, lines, cart.SteadyLine(ctx, Restricted(0), lines))
		cart.TakeOut(ctx, bad)

		cured := cart.Estimate(ctx, Deliverable(ctx))
		cured.mustShowBoth(ctx)
		Expect(cured).To(GiveCharges())
		Expect(cured).NotTo(NameLine(bad))
	})

	// So it is when the cart was made of the bad line first, in several units.
	It("is cured when the good lines came later", Judges("CART-EST-15"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Restricted(0), 2)
		cart.Refused(ctx, Restricted(0))
		cart.Add(ctx, Available(0), 1)
		lines := cart.Steady(ctx)
		e := cart.Refused(ctx, Restricted(0))
		bad := onlyNamed(ctx, e, lines, cart.SteadyLine(ctx, Restricted(0), lines))
		cart.TakeOut(ctx, bad)

		cured := cart.Estimate(ctx, Deliverable(ctx))

		cured.mustShowBoth(ctx)
		mustBeOrderable(ctx, cart, cured, GiveCharges(), Available(0))
		Expect(cured).To(GiveCharges())
		Expect(cured).NotTo(NameLine(bad))
	})

	// Every line that would be rejected is named, not only the first.
	It("names every line that would be rejected", Judges("CART-EST-18"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		mustDoomAlone(ctx, cart)
		cart.AddAll(ctx, Restricted(0).Times(1), Available(1).Times(1), Restricted(1).Times(2))
		lines := cart.Steady(ctx)

		e := cart.Refused(ctx, Restricted(0), Restricted(1))

		Expect(e).To(NameLine(cart.SteadyLine(ctx, Restricted(0), lines)))
		Expect(e).To(NameLine(cart.SteadyLine(ctx, Restricted(1), lines)))
	})

	// One that comes later is named beside one that was named before.
	It("names a bad line that is added to a bad cart", Judges("CART-EST-18"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		mustDoomAlone(ctx, cart)
		cart.Add(ctx, Restricted(1), 1)
		cart.Refused(ctx, Restricted(1))
		cart.Add(ctx, Restricted(0), 1)
		lines := cart.Steady(ctx)

		e := cart.Refused(ctx, Restricted(0), Restricted(1))

		Expect(e).To(NameLine(cart.SteadyLine(ctx, Restricted(0), lines)))
		Expect(e).To(NameLine(cart.SteadyLine(ctx, Restricted(1), lines)))
	})

	// An estimate that refuses leaves the lines as they are, the bad one included:
	// to remove it is the caller's business.
	It("changes no lines of a cart that it refuses", Judges("CART-EST-24"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Restricted(0).Times(2), Available(1).Times(2))
		before := cart.Steady(ctx)

		for range 2 {
			cart.Refused(ctx, Restricted(0))

			cart.ExpectItems(ctx, HaveLines(before...))
		}
	})
}

// doomed gives estimates of a cart with a restricted item: alone, in another
// quantity, and beside good lines.
func doomed(ctx context.Context) []*Estimate {
	cart := EmptyCart(ctx)
	bad := cart.Add(ctx, Restricted(0), 1)
	estimates := []*Estimate{cart.Refused(ctx, Restricted(0)), cart.Refused(ctx, Restricted(0))}
	cart.Modify(ctx, bad, 2)
	estimates = append(estimates, cart.Refused(ctx, Restricted(0)))
	cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
	return append(estimates, cart.Refused(ctx, Restricted(0)))
}

// curedAndSpoiled gives estimates of a good cart that a restricted item is added
// to, removed from, and added to again. What each of them must be is for other
// specs to say.
func curedAndSpoiled(ctx context.Context) []*Estimate {
	cart := EmptyCart(ctx)
	cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
	estimates := []*Estimate{cart.Charged(ctx)}
	for range 2 {
		bad := cart.Add(ctx, Restricted(0), 1)
		estimates = append(estimates, cart.Refused(ctx, Restricted(0)))
		cart.TakeOut(ctx, bad)
		cured := cart.Estimate(ctx, Deliverable(ctx))
		cured.mustShowBoth(ctx)
		if charges, _ := cured.populated(); charges == 0 {
			Needs(ctx, "CART-EST-15", cured.X, "charges after the rejected line was removed", cured.seen())
		}
		estimates = append(estimates, cured)
	}
	return estimates
}

// onlyNamed gives the bad line, which must be the one that the estimate names.
func onlyNamed(ctx context.Context, e *Estimate, lines []Line, bad Line) Line {
	named := e.Named(lines)
	if len(named) != 1 || named[0].ItemID != bad.ItemID {
		Needs(ctx, "CART-EST-13", e.X, "artifacts that name "+bad.String()+" and no other line", e.seen())
	}
	return bad
}

// mustTellReason ends the spec unless each artifact has a type, and one that is
// not UnsupportedCartItems names a line or says why in a message.
func mustTellReason(ctx context.Context, e *Estimate) {
	for _, o := range objects(e.Doc["rejectionArtifacts"]) {
		if str(o["rejectionArtifactType"]) == "" {
			Needs(ctx, "CART-GEN-06", e.X, "a rejectionArtifactType in each rejection artifact", e.Says())
		}
	}
	told := func(a Artifact) bool {
		return a.Type == unsupported || len(a.CartItemIDs) != 0 || strings.TrimSpace(a.Message) != ""
	}
	if !slices.ContainsFunc(e.Rejections(), told) {
		Needs(ctx, "CART-EST-11", e.X, "a rejection artifact that names a line or has a message", e.seen())
	}
}

// mustBeOrderable ends the spec when an estimate is not as wished and the good
// line of its cart cannot be ordered in a fresh cart either.
func mustBeOrderable(ctx context.Context, cart *Cart, e *Estimate, wish types.GomegaMatcher, good Role) {
	if fits(e.Reply, wish) {
		return
	}
	cart.TryClear(ctx)
	cart.Reopen(ctx)
	cart.Add(ctx, good, 1)
	cart.Charged(ctx)
}

// mustDoomAlone ends the spec unless each of the two restricted offers is
// refused and named when it is the only bad one in the cart, behind a good one.
// The good one is left there.
func mustDoomAlone(ctx context.Context, cart *Cart) {
	good := cart.Add(ctx, Available(0), 1)
	for i := range 2 {
		bad := cart.Add(ctx, Restricted(i), 1)
		e := cart.TryEstimate(ctx, Deliverable(ctx))
		if charges, artifacts := e.populated(); i == 1 && charges > 0 && artifacts == 0 {
			Inconclusive(ctx, "%s does not play its role: the estimate gives charges for it, and refuses %s", Restricted(1).Key, Restricted(0).Key)
		}
		e.mustRefuse(ctx, Restricted(i))
		cart.Remove(ctx, onlyNamed(ctx, e, []Line{good, bad}, bad))
	}
}

// mustGiveIDs ends the spec of the cartItemIdentifiers when there are none.
func mustGiveIDs(ctx context.Context, e *Estimate, bad Line) {
	if len(e.CartItemIDs()) != 0 {
		return
	}
	if !e.names(bad) {
		Needs(ctx, "CART-EST-11", e.X, "a rejection artifact that names "+bad.String(), e.seen())
	}
	JustObserved(ctx, "the target names the line in a message, without cartItemIdentifiers")
}
