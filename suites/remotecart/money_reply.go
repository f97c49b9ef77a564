package remotecart

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"cartconform/suites/currency"
	"cartconform/suites/stage"
)

// Money is an amount as an answer shows it.
type Money struct {
	Amount    int64 // in the lowest denomination of the currency
	Told      bool  // Amount was there
	Whole     bool  // and a whole number
	Currency  string
	Formatted string
}

func (m Money) String() string {
	return stage.Short(strings.TrimSpace(m.Currency + " " + decimal.NewFromInt(m.Amount).String() + " (" + m.Formatted + ")"))
}

// moneyOf reads a Price, an ItemTotal or a SubTotal; nil when there is none.
func moneyOf(v any) *Money {
	o, ok := v.(map[string]any)
	if list, several := v.([]any); several && len(list) != 0 {
		o, ok = list[0].(map[string]any)
	}
	if !ok {
		return nil
	}
	m := &Money{Currency: text(o["CurrencyCode"]), Formatted: text(o["FormattedPrice"])}
	amount, err := strconv.ParseInt(strings.TrimSpace(text(o["Amount"])), 10, 64)
	m.Told = text(o["Amount"]) != ""
	if err == nil && amount < 1e15 && amount > -1e15 { // what is multiplied and added stays a number
		m.Amount, m.Whole = amount, true
	}
	return m
}

// currencies are those of the locales, as the documents and the recorded prices
// have them.
func currencies() map[string]string {
	return map[string]string{
		"US": "USD", "UK": "GBP", "DE": "EUR", "FR": "EUR", "ES": "EUR", "IT": "EUR", "JP": "JPY", "CA": "CAD", "CN": "CNY",
		"IN": "INR", "BR": "BRL", "MX": "MXN",
	}
}

// displayed reads the number that a displayable price shows, whatever stands
// around it and however it groups and separates its digits; false when there is
// none.
func displayed(formatted, code string) (decimal.Decimal, bool) {
	first, last := -1, -1
	for i, c := range formatted {
		if c >= '0' && c <= '9' {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return decimal.Decimal{}, false
	}
	number := formatted[first : last+1]
	whole, fraction := number, ""
	if digits := int(currency.MinorDigits(code)); digits > 0 {
		// The separator of the fraction is the one that stands before the last digits.
		if cut := len(number) - digits - 1; cut > 0 && (number[cut] == '.' || number[cut] == ',') {
			whole, fraction = number[:cut], number[cut+1:]
		}
	}
	keep := func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}
	d, err := decimal.NewFromString(strings.Map(keep, whole) + "." + strings.Map(keep, fraction) + "0")
	return d, err == nil
}

// Shows reports whether the displayable form is that of the amount.
func (m Money) Shows() bool {
	d, ok := displayed(m.Formatted, m.Currency)
	return ok && d.Equal(decimal.New(m.Amount, -currency.MinorDigits(m.Currency)))
}
