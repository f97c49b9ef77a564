package businesscart

import (
	"context"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"

	"cartconform/spec/allowed"
	. "cartconform/suites/stage"
)

// allowing holds the promises about requests that keep the contract and are not
// written as usual. They are generated from the OpenAPI description (spec/allowed).
func allowing() {
	all, err := allowedRequests()
	if err != nil {
		panic(fmt.Sprintf("businesscart: no other requests can be made of the contract: %v", err))
	}

	// JSON says the same in whatever order, with whatever white space and escapes it
	// is written (RFC 8259): an addition is accepted in each spelling.
	It("accepts an addition however its JSON is spelt", Judges("CART-ADD-02"), func(ctx SpecContext) {
		mustTakeAll(ctx, addItems, all)
	})

	// So the named line has the new quantity in each spelling, and also when the
	// quantity is 1, the least that leaves a line.
	It("updates the quantity however its JSON is spelt", Judges("CART-MOD-03"), func(ctx SpecContext) {
		mustTakeAll(ctx, modifyItems, all)
	})

	// So an address gets its estimate in each spelling, and without the parts that it
	// need not have.
	It("takes an address however its JSON is spelt", Judges("CART-EST-02"), func(ctx SpecContext) {
		mustTakeAll(ctx, estimate, all)
	})

	// Which lengths and letters the texts of an address may have is said for two of
	// them by the published model, and for none by the guide.
	It("shows how unusual texts of an address are taken", Observes("CART-EST-22"), func(ctx SpecContext) {
		showAll(ctx, all, func(c allowed.Case) bool { return c.Operation == estimate && strings.Contains(c.ID, "/body/") })
	})

	// No largest quantity is documented, and no one way to write a number.
	It("shows how unusual quantities are taken", Observes("CART-ADD-21"), func(ctx SpecContext) {
		showAll(ctx, all, func(c allowed.Case) bool { return strings.Contains(c.ID, "/quantity/") })
	})

	// How a media type, a parameter or a member that nobody knows may be written is
	// left to HTTP, to URLs and to JSON. One operation with a cartId stands for all.
	It("shows how unusual requests are taken", Observes("CART-ERR-10"), func(ctx SpecContext) {
		showAll(ctx, all, func(c allowed.Case) bool {
			inAddress := c.Operation == estimate && strings.Contains(c.ID, "/body/")
			return !inAddress && c.Operation != getItems && !strings.Contains(c.ID, "/quantity/")
		})
	})
}

// mustTakeAll judges the variants of an operation that have to be taken.
func mustTakeAll(ctx context.Context, operation string, all []allowed.Case) {
	a := newAllowance(ctx, operation)
	for _, c := range all {
		// A quantity of 0 removes: removing.go asks that.
		if c.Operation == operation && c.Promised && !(operation == modifyItems && c.How() == "at-minimum") {
			a.mustTake(ctx, c)
		}
	}
	if a.asked == 0 {
		Inconclusive(ctx, "no request of %s could be written otherwise with the data of the target description", operation)
	}
}

// showAll observes the variants of all operations that may be taken or not.
func showAll(ctx context.Context, all []allowed.Case, which func(allowed.Case) bool) {
	cases := slices.DeleteFunc(slices.Clone(all), func(c allowed.Case) bool { return c.Promised || !which(c) })
	var a *allowance
	for _, c := range cases {
		if a == nil || a.operation != c.Operation {
			a = newAllowance(ctx, c.Operation)
		}
		a.show(ctx, c)
	}
}
