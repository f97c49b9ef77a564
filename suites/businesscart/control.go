package businesscart

import (
	"context"
	"slices"
	"strconv"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	"github.com/shopspring/decimal"

	"cartconform/suites/currency"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// NewPrice changes the price of an offer to a higher one, for the rest of the
// spec, and gives it. Specs that do so are Serial: other lanes see the change.
func NewPrice(ctx context.Context, r Role, line Line) Money {
	return changePrice(ctx, r, line, func(price Money) decimal.Decimal {
		return price.Amount.Add(decimal.RequireFromString("3"))
	})
}

// LowerPrice is NewPrice to a lower one.
func LowerPrice(ctx context.Context, r Role, line Line) Money {
	return changePrice(ctx, r, line, func(price Money) decimal.Decimal {
		return price.Amount.Div(decimal.NewFromInt(2)).RoundUp(currency.MinorDigits(price.Currency))
	})
}

func changePrice(ctx context.Context, r Role, line Line, change func(Money) decimal.Decimal) Money {
	offer := r.Offer(ctx)
	if line.Price == nil {
		stage.Needs(ctx, "CART-ADD-11", nil, "a price on the line of an available offer", line.String()+" without a price")
	}
	// A price that was just read may be the one that an earlier spec left behind.
	old := stage.First(stage.Of(ctx), "price of "+r.Key, *line.Price)
	price := Money{old.Currency, change(*line.Price)}
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) { // also when the change was made and its answer not heard
		setPrice(stage.Steadfast(ctx), offer, old)
		awaitRestored(ctx, r, WithPrice(old))
	})
	setPrice(ctx, offer, price)
	return price
}

// awaitRestored waits until a change that was taken back shows, or control.settle
// has passed: the next spec must not meet it.
func awaitRestored(ctx context.Context, r Role, wished condition) {
	if stage.Of(ctx).Over() {
		return
	}
	offstage := stage.Offstage(ctx)
	_ = attempt(func() { // whatever goes wrong here is for the specs to find
		cart := EmptyCart(offstage)
		await(offstage, func() bool {
			answer := cart.TryItems(offstage)
			if len(answer.Lines()) == 0 {
				answer = cart.TryAdd(offstage, r.Times(1))
			}
			return slices.ContainsFunc(answer.Lines(), wished.holds)
		})
	})
}

func setPrice(ctx context.Context, offer target.Offer, price Money) {
	control(ctx, "control.setPrice", stage.Of(ctx).Target().Control.SetPrice, offer, map[string]string{
		"amount":     price.Amount.String(),
		"minorUnits": price.Amount.Shift(currency.MinorDigits(price.Currency)).Truncate(0).String(),
	})
}

// NewStock changes how many units of an offer can be had, and restores the old
// number, which the caller knows, after the spec.
func NewStock(ctx context.Context, r Role, stock, old int) {
	offer := r.Offer(ctx)
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) {
		setStock(stage.Steadfast(ctx), offer, old)
		if old > 0 {
			awaitRestored(ctx, r, condition{"available", func(l Line) bool { return l.Available }})
		}
	})
	setStock(ctx, offer, stock)
}

func setStock(ctx context.Context, offer target.Offer, stock int) {
	control(ctx, "control.setStock", stage.Of(ctx).Target().Control.SetStock, offer, map[string]string{
		"stock": strconv.Itoa(stock),
	})
}

// control sends a control request about an offer.
func control(ctx context.Context, key string, hook *target.Hook, offer target.Offer, values map[string]string) {
	values["offer"], values["product"] = offer.BuyingOptionIdentifier, offer.ProductIdentifier
	stage.Control(ctx, key, hook, values)
}

// await makes an attempt until it succeeds or control.settle has passed, and
// reports whether it succeeded.
func await(ctx context.Context, attempt func() bool) bool {
	s := stage.Of(ctx)
	return s.Await(ctx, s.Target().Control.Settle, attempt)
}

// eventually asks until an answer is as wished or control.settle has passed.
func eventually(ctx context.Context, send func() *Reply, wished types.GomegaMatcher) {
	ginkgo.GinkgoHelper()
	var answer *Reply
	await(ctx, func() bool {
		answer = send()
		return fits(answer, wished)
	})
	gomega.Expect(answer).To(wished)
}

// settled reads the cart until it is as wished, and gives nil, or until
// control.settle has passed, and gives the last reading: for changes that are
// another promise than the spec's.
func settled(ctx context.Context, cart *Cart, wished types.GomegaMatcher) *Reply {
	var items *Reply
	if await(ctx, func() bool {
		items = cart.Items(ctx)
		return fits(items, wished)
	}) {
		return nil
	}
	return items
}
