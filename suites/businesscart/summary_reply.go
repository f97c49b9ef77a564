package businesscart

// Summary is an answer of getCart.
type Summary struct{ *Reply }

// Subtotal gives the amount of the SubTotal attribute; nil when there is none.
func (s *Summary) Subtotal() *Money { return s.attribute("SubTotal") }

func (s *Summary) attribute(kind string) *Money {
	for _, a := range objects(s.Doc["attributes"]) {
		if str(a["attributeType"]) == kind {
			return moneyOf(a["amount"])
		}
	}
	return nil
}
