package businesscart

import (
	"context"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// errorsClaimed holds the promises about requests that only some targets refuse:
// those that know their callers, that limit the pace, or the size.
func errorsClaimed() {
	for _, operation := range []string{listCarts, getCart, getItems, addItems, modifyItems, estimate, deleteItems} {
		// Bad credentials are refused, for reading and for writing.
		It("refuses bad credentials for "+operation, Judges("CART-ERR-07"), func(ctx SpecContext) {
			if !Of(ctx).Target().BadCredentials {
				mustClaim(ctx, target.Auth)
				Inconclusive(ctx, "target.badHeaders is missing from the target description")
			}
			refuseCredentials(ctx, operation, Bad)
		})

		// So is a request without credentials.
		It("refuses missing credentials for "+operation, Judges("CART-ERR-07"), func(ctx SpecContext) {
			refuseCredentials(ctx, operation, None)
		})
	}

	// Who may not change the cart does not change it.
	It("leaves the cart as it was when credentials are refused", Judges("CART-ERR-13"), func(ctx SpecContext) {
		mustClaim(ctx, target.Auth)
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)
		before := cart.Items(ctx)
		for _, operation := range []string{addItems, modifyItems, deleteItems} {
			c := goodCall(ctx, operation, cart.ID, line)
			c.Credentials = None
			answer := ask(ctx, c)

			answer.mustBeHeard(ctx)
			if !answer.Refused() {
				Needs(ctx, "CART-ERR-07", answer.X, "status 401 or 403 for "+operation+" without credentials", answer.Says())
			}
			if !cart.mustBeAsBefore(ctx, before, answer, operation+" without credentials") {
				Fail("a request that was refused for its credentials changed the cart")
			}
		}
		for _, operation := range []string{addItems, modifyItems, deleteItems} {
			ask(ctx, goodCall(ctx, operation, cart.ID, line)).mustWork(ctx) // the good twins
		}
	})

	// Too many requests are answered with 429, and a later retry works.
	It("throttles, and recovers", Judges("CART-ERR-08"), func(ctx SpecContext) {
		mustClaim(ctx, target.Throttling)
		hasty := listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, "")
		ask(ctx, hasty).mustWork(ctx)
		hasty.NoRetry = true

		const rounds, crowd = 5, 10
		var throttled *Reply
		for round := 0; round < rounds && throttled == nil; round++ {
			for _, answer := range atOnce(ctx, crowd, hasty) {
				if answer.Status() == 429 {
					throttled = answer
				}
			}
		}

		if throttled == nil {
			wanted := fmt.Sprintf("status 429 for some of %d requests, %d at once", rounds*crowd, crowd)
			Of(ctx).Blame(nil, wanted, "none")
			Fail(Mismatch(listCarts, wanted, "none"))
		}
		patient := hasty
		patient.NoRetry = false
		Expect(ask(ctx, patient)).To(BeSuccessful())
		Of(ctx).Observe(throttled.X, "a throttled request", formOf(throttled))
	})

	// So does that of a request that changes the cart.
	It("lets a throttled modification through later", Judges("CART-ERR-08"), func(ctx SpecContext) {
		cart, throttled, refused, _ := throttle(ctx, modifyItems)
		if refused == nil {
			JustObserved(ctx, "%d modifications in a row were not throttled", hurry)
		}
		throttled.NoRetry = false
		Expect(ask(ctx, throttled)).To(BeSuccessful())
		cart.Items(ctx)
	})

	// What is throttled is not done.
	for _, operation := range []string{addItems, modifyItems} {
		It("leaves the cart as it was when "+operation+" is throttled", Judges("CART-ERR-13"), func(ctx SpecContext) {
			cart, _, refused, before := throttle(ctx, operation)
			if refused == nil {
				JustObserved(ctx, "%d calls of %s in a row were not throttled", hurry, operation)
			}
			if !cart.mustBeAsBefore(ctx, before, refused, operation+" above the rate limit") {
				Fail("a request that was throttled changed the cart")
			}
		})
	}

	// An oversized body is answered with 413. Blanks after the document make it
	// large and nothing else.
	for _, operation := range []string{addItems, modifyItems, estimate} {
		It("refuses an oversized body for "+operation, Judges("CART-ERR-09"), func(ctx SpecContext) {
			answer, _ := oversized(ctx, operation)
			Expect(answer).To(HaveStatus(413))
		})
	}

	// What is too large is not done, not even the part of it that was read.
	It("leaves the cart as it was when a body is too large", Judges("CART-ERR-13"), func(ctx SpecContext) {
		answer, same := oversized(ctx, addItems)
		if !answer.Refused() {
			Needs(ctx, "CART-ERR-09", answer.X, "status 413 for a body of 16 MiB", answer.Says())
		}
		if !same {
			Fail("a request that was refused for its size changed the cart")
		}
	})
}

// mustClaim ends the spec unless the target claims an optional feature.
func mustClaim(ctx context.Context, feature target.Feature) {
	if !Of(ctx).Target().Claims(feature) {
		NotApplicable(ctx, "the target does not claim feature %s", feature)
	}
}

// refuseCredentials expects a call to be refused with credentials that are bad or
// missing, between two of the same with good ones.
func refuseCredentials(ctx context.Context, operation string, credentials Credentials) {
	mustClaim(ctx, target.Auth)
	cart := EmptyCart(ctx)
	line := cart.Add(ctx, Available(0), 1)
	ask(ctx, goodCall(ctx, operation, cart.ID, line)).mustWork(ctx)
	c := goodCall(ctx, operation, cart.ID, line)
	c.Credentials = credentials
	answer := ask(ctx, c)

	answer.mustBeHeard(ctx)
	ExpectWithOffset(1, answer).To(HaveStatusAmong(401, 403))
	Of(ctx).Observe(answer.X, operation+" with bad or missing credentials", fmt.Sprintf("status %d", answer.Status()))
	ask(ctx, goodCall(ctx, operation, cart.ID, line)).mustWork(ctx)
}

// hurry is how many requests of one operation, one after the other, should exceed
// any limit that a target claims: the documented one is exceeded by the third.
const hurry = 30

// throttle sends changes of a cart without a pause until one is throttled: that
// call, its answer, and the cart as the last answer before showed it. The answer
// is nil when none was.
func throttle(ctx context.Context, operation string) (cart *Cart, hasty Call, refused, before *Reply) {
	mustClaim(ctx, target.Throttling)
	cart = EmptyCart(ctx)
	line := cart.Add(ctx, Available(0), 1)
	before = cart.Items(ctx)
	for i := range hurry {
		if hasty = addItemsCall(ctx, cart.ID, Available(1).Times(1).item(ctx)); operation == modifyItems {
			hasty = modifyItemsCall(ctx, cart.ID, change{line.ItemID, 2 + i%2})
		}
		hasty.NoRetry = true
		answer := ask(ctx, hasty)
		if answer.Status() == 429 {
			return cart, hasty, answer, before
		}
		answer.mustWork(ctx)
		before = cart.learn(answer)
	}
	return cart, hasty, nil, before
}

// oversized sends a request whose body is too large, 2 MiB or, where that is
// still taken, 16 MiB: its answer, and whether the cart is as it was before.
func oversized(ctx context.Context, operation string) (answer *Reply, same bool) {
	mustClaim(ctx, target.SizeLimit)
	cart := EmptyCart(ctx)
	line := cart.Add(ctx, Available(0), 1)
	ask(ctx, goodCall(ctx, operation, cart.ID, line)).mustWork(ctx) // the good twin
	same = true
	for _, mebibytes := range []int{2, 16} {
		before := cart.Items(ctx)
		large := goodCall(ctx, operation, cart.ID, line)
		large.Body = append(slices.Clone(large.Body), strings.Repeat(" ", mebibytes<<20)...)

		if answer = try(ctx, large); answer.X.Response == nil {
			Inconclusive(ctx, "no answer to a body of %d MiB could be read: %v", mebibytes, answer.X.Err)
		}
		answer.mustBeHeard(ctx)
		same = cart.mustBeAsBefore(ctx, before, answer, "an oversized body of "+operation)
		if !answer.Success() {
			break
		}
	}
	ask(ctx, goodCall(ctx, operation, cart.ID, line)).mustWork(ctx)
	return answer, same
}
