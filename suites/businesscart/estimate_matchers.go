package businesscart

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/onsi/gomega/types"
	"github.com/shopspring/decimal"

	"cartconform/suites/stage"
)

// ofEstimate makes a matcher of estimates.
func ofEstimate(wanted string, match func(*Estimate) bool) types.GomegaMatcher {
	return replyMatcher{
		Wanted: wanted,
		Seen:   func(r *Reply) string { return (&Estimate{Reply: r}).seen() },
		Holds:  func(r *Reply) bool { return match(&Estimate{Reply: r}) },
	}
}

// PopulateOneArray matches an estimate that has charges or rejection artifacts,
// and not both.
func PopulateOneArray() types.GomegaMatcher {
	return ofEstimate(neverBoth, func(e *Estimate) bool {
		charges, rejections := e.populated()
		return e.Success() && (charges == 0) != (rejections == 0)
	})
}

// BePopulated matches an estimate that has charges or rejection artifacts.
func BePopulated() types.GomegaMatcher {
	return ofEstimate(oneOfBoth, func(e *Estimate) bool {
		charges, rejections := e.populated()
		return e.Success() && charges+rejections > 0
	})
}

// GiveCharges matches an estimate with charges.
func GiveCharges() types.GomegaMatcher {
	return ofEstimate("charges", func(e *Estimate) bool {
		charges, _ := e.populated()
		return e.Success() && charges > 0
	})
}

// SpellOutEachCharge matches an estimate each of whose charges has a type, a
// category and an amount. The form of the amount is another promise.
func SpellOutEachCharge() types.GomegaMatcher {
	return ofEstimate("each charge with a type, a category and an amount", func(e *Estimate) bool {
		charges, _ := e.Array("charges")
		for _, c := range charges {
			o, _ := c.(map[string]any)
			if _, ok := o["amount"]; !ok || str(o["type"]) == "" || str(o["category"]) == "" {
				return false
			}
		}
		return len(charges) > 0
	})
}

// HaveCharge matches an estimate with a charge of a type and a category.
func HaveCharge(kind, category string) types.GomegaMatcher {
	return ofEstimate(fmt.Sprintf("a charge of type %s and category %s", kind, category), func(e *Estimate) bool {
		return slices.ContainsFunc(e.Charges(), func(c Charge) bool { return c.Type == kind && c.Category == category })
	})
}

// AddUp matches an estimate whose charges are in one currency and come to more
// than nothing. Discounts are left out: whether they are negative is open.
func AddUp() types.GomegaMatcher {
	return ofEstimate("charges in one currency with a sum above zero", func(e *Estimate) bool {
		charges := e.Charges()
		var sum decimal.Decimal
		for _, c := range charges {
			if c.Amount == nil || c.Amount.Currency != charges[0].Amount.Currency {
				return false
			}
			if c.Type != "DISCOUNT" {
				sum = sum.Add(c.Amount.Amount)
			}
		}
		return sum.IsPositive()
	})
}

// ChargeForGoods matches an estimate whose PRINCIPAL charge of category SUBTOTAL
// is one of the given amounts.
func ChargeForGoods(amounts ...Money) types.GomegaMatcher {
	texts := make([]string, len(amounts))
	for i, m := range amounts {
		texts[i] = m.String()
	}
	return ofEstimate("a PRINCIPAL charge of category SUBTOTAL of "+strings.Join(texts, " or "), func(e *Estimate) bool {
		goods := e.Charge("PRINCIPAL", "SUBTOTAL")
		return goods != nil && slices.ContainsFunc(amounts, goods.Equal)
	})
}

// ChargeMoreForGoods matches an estimate whose PRINCIPAL charge of category
// SUBTOTAL is above an amount; ChargeLessForGoods one whose is below it.
func ChargeMoreForGoods(than Money) types.GomegaMatcher { return compareGoods("above", than, 1) }

// ChargeLessForGoods is the opposite of ChargeMoreForGoods.
func ChargeLessForGoods(than Money) types.GomegaMatcher { return compareGoods("below", than, -1) }

func compareGoods(word string, than Money, sign int) types.GomegaMatcher {
	return ofEstimate("a PRINCIPAL charge of category SUBTOTAL "+word+" "+than.String(), func(e *Estimate) bool {
		goods := e.Charge("PRINCIPAL", "SUBTOTAL")
		return goods != nil && goods.Currency == than.Currency && goods.Amount.Cmp(than.Amount) == sign
	})
}

// SayWhich matches an estimate that says which lines would be rejected: by
// identifiers in an artifact, or by naming one of the lines in a message. Whether
// the identifiers are the right ones is another promise.
func SayWhich(lines ...Line) types.GomegaMatcher {
	return ofEstimate("a rejection artifact that names "+describe(lines)+", by cartItemIdentifiers or in its message", func(e *Estimate) bool {
		return slices.ContainsFunc(e.CartItemIDs(), func(id string) bool { return id != "" }) || len(e.Named(lines)) != 0
	})
}

// SayWhy matches an estimate with a message that says why it was refused. An
// artifact of a type that no document knows may say it in any form.
func SayWhy() types.GomegaMatcher {
	return ofEstimate("a message that says why", func(e *Estimate) bool {
		return slices.ContainsFunc(e.Rejections(), func(a Artifact) bool {
			return strings.TrimSpace(a.Message) != "" || a.Type != "UnsupportedCartItems" && a.Type != "RejectionMessage"
		})
	})
}

// NameLine matches an estimate that names a line in a rejection artifact.
func NameLine(line Line) types.GomegaMatcher {
	return ofEstimate("a rejection artifact that names "+line.String(), func(e *Estimate) bool { return e.names(line) })
}

// NameNothingBut matches an estimate whose cartItemIdentifiers are itemIds of
// the given lines.
func NameNothingBut(lines ...Line) types.GomegaMatcher {
	return ofEstimate("no cartItemIdentifiers but the itemIds of "+describe(lines), func(e *Estimate) bool {
		for _, id := range e.CartItemIDs() {
			if !slices.ContainsFunc(lines, func(l Line) bool { return l.ItemID == id }) {
				return false
			}
		}
		return e.Success()
	})
}

// unsupported is the type that the documents have for lines that cannot be ordered.
const unsupported = "UnsupportedCartItems"

// kinds gives the types of the rejection artifacts.
func (e *Estimate) kinds() []string {
	var kinds []string
	for _, a := range e.Rejections() {
		kinds = append(kinds, a.Type)
	}
	return kinds
}

// TellUnsupported matches an estimate that tells a restricted line by the type
// UnsupportedCartItems, or by a type that may tell anything: a RejectionMessage, or
// one that no document knows. A documented type in another spelling is no such type,
// and neither is one that tells another cause.
func TellUnsupported() types.GomegaMatcher {
	wanted := "a rejection artifact of type " + unsupported + ", or of a type that is not documented for another cause and no other spelling of a documented one"
	return ofEstimate(wanted, func(e *Estimate) bool {
		return slices.ContainsFunc(e.kinds(), func(kind string) bool { return kind == unsupported || mayTellAnything(kind) })
	})
}

func mayTellAnything(kind string) bool {
	if kind == "RejectionMessage" {
		return true
	}
	return !slices.ContainsFunc([]string{
		unsupported, "RejectionMessage", "UnavailableQuantity", "TotalItemCountRestriction", "TotalQuantityRestriction",
	}, func(documented string) bool { return plainly(kind) == plainly(documented) })
}

// plainly takes from a name what spelling alone makes of it: case, underscores,
// blanks and the plural.
func plainly(name string) string {
	letters := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	return strings.TrimSuffix(letters, "s")
}

// DifferFrom matches an estimate whose charges of a type or category differ from
// those of another.
func DifferFrom(other *Estimate, kind string) types.GomegaMatcher {
	return ofEstimate(fmt.Sprintf("%s charges that differ from those for the other address, %s", kind, sums(other, kind)), func(e *Estimate) bool {
		return e.Success() && sums(e, kind) != sums(other, kind)
	})
}

// sums puts the charges of a type or category into words, in a fixed order,
// whatever their order and spelling; "" stands for every kind. Charges of nothing
// are left out: whether they are listed is open.
func sums(e *Estimate, kind string) string {
	var texts []string
	seen := map[string]bool{}
	for _, c := range e.Charges() {
		pair := c.Type + "/" + c.Category
		if seen[pair] || kind != "" && c.Type != kind && c.Category != kind {
			continue
		}
		seen[pair] = true
		if sum := e.Charge(c.Type, c.Category); sum != nil && !sum.Amount.IsZero() {
			texts = append(texts, stage.Short(pair)+" "+sum.String())
		}
	}
	if len(texts) == 0 {
		return "none"
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}
