package businesscart

import "fmt"

// Estimate is an answer of getEstimatedTotalPurchaseCost.
type Estimate struct{ *Reply }

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
func (e *Estimate) watch(c *Cart) {
	if !e.Success() || e.Doc == nil {
		return
	}
	_, hasCharges := e.Array("charges")
	_, hasRejections := e.Array("rejectionArtifacts")
	charges, rejections := e.populated()
	if charges > 0 && rejections > 0 {
		e.stage.Report("CART-EST-04", e.X, "charges or rejectionArtifacts populated, never both",
			fmt.Sprintf("%d charges and %d rejection artifacts", charges, rejections))
	}
	if hasCharges && hasRejections && charges == 0 && rejections == 0 && len(c.known) > 0 {
		e.stage.Report("CART-EST-05", e.X, "charges or rejectionArtifacts populated for a cart with "+fmt.Sprint(len(c.known))+" lines",
			"both arrays empty")
	}
}
