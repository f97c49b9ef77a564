package businesscart

import (
	"fmt"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// errorHandling holds the promises about what a request that does not succeed is
// answered with. Requests that the contract does not allow stand in refusing.go.
func errorHandling() {
	// An unsuccessful request returns an errors object that says what went wrong.
	It("says what went wrong", Judges("CART-ERR-01"), func(ctx SpecContext) {
		answers := toUnknownCart(ctx)
		for _, answer := range answers {
			Expect(answer).To(HaveErrors())
		}
		if len(answers) == 0 {
			JustObserved(ctx, "no request for an unknown cart was answered with status 400 or 404")
		}
	})

	// Each error has a code and a message.
	It("gives each error a code and a message", Judges("CART-ERR-02"), func(ctx SpecContext) {
		answers := toUnknownCart(ctx)
		for _, answer := range answers {
			if !answer.hasErrors() {
				Needs(ctx, "CART-ERR-01", answer.X, "a non-empty array errors", answer.Says())
			}
			Expect(answer).To(HaveReadableErrors())
		}
		if len(answers) == 0 {
			JustObserved(ctx, "no request for an unknown cart was answered with status 400 or 404")
		}
	})

	// A request without a required parameter is refused with an errors object.
	It("says that a parameter is missing", Judges("CART-ERR-03"), func(ctx SpecContext) {
		good := listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, "")
		bad := good
		bad.Query = ""
		ask(ctx, good).mustWork(ctx)

		answer := askBadly(ctx, bad, "listCarts without region")

		if answer.Success() {
			Needs(ctx, "CART-GEN-03", answer.X, "no success without region", answer.Says())
		}
		Expect(answer).To(BeRefused())
		if answer.lacksErrors() {
			errorsAreMissing(ctx)
			Expect(answer).To(HaveErrors())
		}
		ask(ctx, good).mustWork(ctx)
		Of(ctx).Observe(answer.X, "listCarts without region", formOf(answer))
	})

	// A body that ends too early is refused, also when one could guess the rest.
	for _, operation := range []string{addItems, modifyItems, estimate} {
		It("refuses a body that lacks its end for "+operation, Judges("CART-ERR-04"), func(ctx SpecContext) {
			cart := EmptyCart(ctx)
			line := cart.Add(ctx, Available(0), 1)
			good := goodCall(ctx, operation, cart.ID, line)
			ask(ctx, good).mustWork(ctx)
			before := cart.Items(ctx)
			for _, missing := range []int{1, 2} {
				bad := goodCall(ctx, operation, cart.ID, line)
				bad.Body = bad.Body[:len(bad.Body)-missing]
				what := fmt.Sprintf("%s with a body that lacks its last %d characters", operation, missing)

				answer := askBadly(ctx, bad, what)

				Expect(answer).To(BeRefused())
				cart.mustBeAsBefore(ctx, before, answer, what)
			}
			ask(ctx, goodCall(ctx, operation, cart.ID, line)).mustWork(ctx)
		})
	}

	// A cart that does not exist is refused.
	It("refuses a cart that does not exist", Judges("CART-ERR-06"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)
		cart.Summary(ctx) // the good twin
		for _, unknown := range []string{unknownCart(ctx, cart.ID), "no-such-cart-" + Of(ctx).Token()} {
			answer := ask(ctx, getCartCall(ctx, unknown))

			answer.mustBeHeard(ctx)
			if answer.Success() { // whatever cartId is sent: then that is the mistake
				if items := ask(ctx, getItemsCall(ctx, unknown)); items.Success() {
					Needs(ctx, "CART-GEN-05", items.X, "no success for a cart that the buyer does not have", items.Says())
				}
			}
			Expect(answer).To(BeRefused())
			Of(ctx).Observe(answer.X, "getCart for a cart that does not exist", formOf(answer))
		}
	})

	// Which statuses refusals have is open as far as the documents go.
	It("shows which error statuses are used", Observes("CART-ERR-10"), func(ctx SpecContext) {
		documented := []int{400, 403, 404, 413, 415, 429, 500, 503}
		for _, bad := range oddCalls(ctx) {
			answer := ask(ctx, bad.call)
			seen := fmt.Sprintf("status %d", answer.Status())
			if answer.Status() >= 400 && !slices.Contains(documented, answer.Status()) {
				seen += ", which is not documented"
			}
			Of(ctx).Observe(answer.X, bad.what, seen)
		}
	})

	// Whether each answer names its request is open.
	It("shows whether answers name their requests", Observes("CART-ERR-11"), func(ctx SpecContext) {
		seen := map[string]int{}
		answers := variousAnswers(ctx)
		for _, answer := range answers {
			if id := answer.X.Response.Header.Get("X-Amzn-Requestid"); id != "" {
				seen[id]++
			}
		}
		with := 0
		for _, n := range seen {
			with += n
		}
		Of(ctx).Observe(answers[0].X, "x-amzn-RequestId", fmt.Sprintf("on %d of %d answers, %d different values", with, len(answers), len(seen)))
	})

	// Whether each answer shows the rate limit is open.
	It("shows whether answers tell the rate limit", Observes("CART-ERR-12"), func(ctx SpecContext) {
		for _, answer := range variousAnswers(ctx) {
			seen := "absent"
			if limit := answer.X.Response.Header.Get("X-Amzn-Ratelimit-Limit"); limit != "" {
				seen = "present: " + Short(limit)
			}
			Of(ctx).Observe(answer.X, fmt.Sprintf("x-amzn-RateLimit-Limit with status %d", answer.Status()), seen)
		}
	})

	// A rejected addition is part of a success answer without errors.
	It("does not send a rejected addition as an error", Judges("CART-ERR-14"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)

		after := cart.TryAdd(ctx, Limited(0).Times(stock+1), Available(0).Times(1))

		Limited(0).MustBeScarce(ctx, after)
		if len(after.Rejected()) == 0 {
			Needs(ctx, "CART-ADD-15", after.X, "a success answer with something in rejectedItems", after.Says())
		}
		Expect(after).To(SucceedWithoutErrors())
	})

	// So is a rejected modification.
	It("does not send a rejected modification as an error", Judges("CART-ERR-14"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		line := cart.Add(ctx, Limited(0), 1)

		after := cart.TryModify(ctx, change{line.ItemID, stock + 1})

		Limited(0).MustBeScarce(ctx, after)
		if len(after.Rejected()) == 0 {
			Needs(ctx, "CART-MOD-09", after.X, "a success answer with something in rejectedItems", after.Says())
		}
		Expect(after).To(SucceedWithoutErrors())
	})

	// So is an estimate that rejects a line.
	It("does not send a rejected estimate as an error", Judges("CART-ERR-14"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Restricted(0).Times(1))

		rejected := cart.TryEstimate(ctx, Deliverable(ctx))

		if len(rejected.Rejections()) == 0 {
			Needs(ctx, "CART-EST-11", rejected.X, "rejectionArtifacts for "+Restricted(0).Key, rejected.Says())
		}
		Expect(rejected).To(SucceedWithoutErrors())
	})

	errorsState()
	errorsClaimed()
}
