package businesscart

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Estimate is an answer of getEstimatedTotalPurchaseCost.
type Estimate struct {
	*Reply
	cart *Cart
}

// Charge is one part of the cart's cost.
type Charge struct {
	Type, Category string
	Amount         *Money // nil when it cannot be read
}

func (c Charge) String() string {
	amount := "no amount"
	if c.Amount != nil {
		amount = c.Amount.String()
	}
	return fmt.Sprintf("%s/%s %s", c.Type, c.Category, amount)
}

// Charges gives the charges of the answer.
func (e *Estimate) Charges() []Charge {
	var charges []Charge
	for _, o := range objects(e.Doc["charges"]) {
		charges = append(charges, Charge{str(o["type"]), str(o["category"]), moneyOf(o["amount"])})
	}
	return charges
}

// Charge gives the sum of the charges of a type and category; nil when there
// are none. The documents do not say that a pair occurs only once.
func (e *Estimate) Charge(kind, category string) *Money {
	var sum *Money
	for _, c := range e.Charges() {
		if c.Type != kind || c.Category != category || c.Amount == nil {
			continue
		}
		if sum == nil {
			sum = &Money{Currency: c.Amount.Currency}
		}
		sum.Amount = sum.Amount.Add(c.Amount.Amount)
	}
	return sum
}

// Rejections gives the rejection artifacts of the answer.
func (e *Estimate) Rejections() []Artifact { return artifactsOf(e.Doc["rejectionArtifacts"]) }

// populated counts the elements of both arrays, whatever they are.
func (e *Estimate) populated() (charges, rejections int) {
	c, _ := e.Array("charges")
	r, _ := e.Array("rejectionArtifacts")
	return len(c), len(r)
}

// watch judges the rule that one array is populated and never both, on every
// estimate that any spec makes. (CART-EST-04, CART-EST-05)
func (e *Estimate) watch(ctx context.Context, c *Cart) {
	if !e.Success() || e.Doc == nil {
		return
	}
	_, hasCharges := e.Array("charges")
	_, hasRejections := e.Array("rejectionArtifacts")
	charges, rejections := e.populated()
	if charges > 0 && rejections > 0 {
		e.stage.Report("CART-EST-04", e.X, neverBoth, e.seen())
	}
	// That the cart holds items is known from the last answer that listed them. A
	// target that has lost them since breaks another promise, so they are looked
	// for before anything is said.
	if hasCharges && hasRejections && charges == 0 && rejections == 0 && len(c.known) > 0 && len(c.TryItems(ctx).Lines()) > 0 {
		e.stage.Report("CART-EST-05", e.X, oneOfBoth, e.seen())
	}
}

const (
	neverBoth = "charges or rejectionArtifacts populated, never both"
	oneOfBoth = "charges or rejectionArtifacts populated for a cart that holds items"
)

// seen puts both arrays into words.
func (e *Estimate) seen() string {
	if !e.Success() || e.Doc == nil {
		return e.Says()
	}
	_, hasCharges := e.Array("charges")
	_, hasRejections := e.Array("rejectionArtifacts")
	if !hasCharges || !hasRejections {
		return e.Says()
	}
	charges, artifacts := "no charges", "no rejection artifacts"
	if all := e.Charges(); len(all) != 0 {
		charges = "charges " + join(all)
	} else if n, _ := e.populated(); n != 0 {
		charges = fmt.Sprintf("%d charges that cannot be read", n)
	}
	if all := e.Rejections(); len(all) != 0 {
		artifacts = "rejection artifacts " + join(all)
	} else if _, n := e.populated(); n != 0 {
		artifacts = fmt.Sprintf("%d rejection artifacts that cannot be read", n)
	}
	return charges + " and " + artifacts
}

func join[T fmt.Stringer](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.String()
	}
	return strings.Join(texts, ", ")
}

func (a Artifact) String() string {
	text := stage.Short(a.Type)
	if len(a.CartItemIDs) != 0 {
		text += " of " + stage.Short(strings.Join(a.CartItemIDs, ", "))
	}
	if a.Message != "" {
		text += " (" + stage.Short(a.Message) + ")"
	}
	return text
}

// mustShowBoth ends the spec unless both arrays are there and one of them is
// populated.
func (e *Estimate) mustShowBoth(ctx context.Context) {
	for _, key := range []string{"charges", "rejectionArtifacts"} {
		if _, ok := e.Array(key); !ok {
			stage.Needs(ctx, "CART-EST-03", e.X, "an array "+key, e.Says())
		}
	}
	if charges, rejections := e.populated(); charges == 0 && rejections == 0 {
		if items := e.cart.Items(ctx); len(items.Lines()) == 0 {
			stage.Needs(ctx, "CART-ADD-25", items.X, "the lines that were added", "no lines")
		}
		stage.Needs(ctx, "CART-EST-05", e.X, oneOfBoth, e.seen())
	}
}

// Charged asks for the estimate of a cart that holds nothing but orderable
// offers, which must come with charges.
func (c *Cart) Charged(ctx context.Context) *Estimate { return c.ChargedAt(ctx, Deliverable(ctx)) }

// ChargedAt is Charged for another address.
func (c *Cart) ChargedAt(ctx context.Context, address *target.Address) *Estimate {
	e := c.Estimate(ctx, address)
	e.mustShowBoth(ctx)
	if charges, _ := e.populated(); charges == 0 {
		if stage.Of(ctx).Target().Profile == target.Live {
			stage.Inconclusive(ctx, "data.offers.available or data.addresses does not play its role: the estimate gives %s for a cart of orderable offers", e.seen())
		}
		stage.Needs(ctx, "CART-EST-02", e.X, "charges for a cart of orderable offers at an address that they can be delivered to", e.seen())
	}
	return e
}

// Refused asks for the estimate of a cart that holds these restricted offers,
// which must come with rejection artifacts. Where a live target gives charges,
// whether the offer or the target is at fault cannot be told from outside.
func (c *Cart) Refused(ctx context.Context, restricted ...Role) *Estimate {
	e := c.TryEstimate(ctx, Deliverable(ctx))
	e.mustRefuse(ctx, restricted...)
	return e
}

func (e *Estimate) mustRefuse(ctx context.Context, restricted ...Role) {
	if !e.Success() || e.Doc == nil {
		stage.Needs(ctx, "CART-EST-14", e.X, "a success answer with rejection artifacts", e.Says())
	}
	e.mustShowBoth(ctx)
	if _, rejections := e.populated(); rejections == 0 {
		keys := make([]string, len(restricted))
		for i, r := range restricted {
			keys[i] = r.Key
		}
		if stage.Of(ctx).Target().Profile == target.Live {
			stage.Inconclusive(ctx, "%s does not play its role: the estimate gives charges for it", strings.Join(keys, " or "))
		}
		stage.Needs(ctx, "CART-EST-11", e.X, "rejection artifacts for a cart that holds "+strings.Join(keys, " and "), e.seen())
	}
}

// Named gives the lines, of those handed in, that the rejection artifacts name:
// by cartItemIdentifiers, or in a message.
func (e *Estimate) Named(lines []Line) []Line {
	var named []Line
	for _, line := range lines {
		if e.names(line) {
			named = append(named, line)
		}
	}
	return named
}

func (e *Estimate) names(line Line) bool {
	for _, a := range e.Rejections() {
		if slices.Contains(a.CartItemIDs, line.ItemID) ||
			mentions(a.Message, line.ItemID) || mentions(a.Message, line.Product) || mentions(a.Message, line.BuyingOption) {
			return true
		}
	}
	return false
}

// mentions reports whether a text holds an identifier as a word of its own.
func mentions(text, id string) bool {
	if id == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(text[from:], id)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from+i])
		after, _ := utf8.DecodeRuneInString(text[from+i+len(id):])
		if !wordRune(before) && !wordRune(after) {
			return true
		}
		from += i + len(id)
	}
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// CartItemIDs gives all identifiers of all rejection artifacts.
func (e *Estimate) CartItemIDs() []string {
	var ids []string
	for _, a := range e.Rejections() {
		ids = append(ids, a.CartItemIDs...)
	}
	return ids
}
