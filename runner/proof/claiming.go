package proof

import (
	"strings"

	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
	"cartconform/suites/stage"
)

// tokenVariable is what the description takes the token from. Nothing of the
// process's own environment is read for it.
const tokenVariable = "CARTCONFORM_PROOF_TOKEN"

// Claiming says how a target with a fault is started, and how it is described
// and tried beyond what how says already. A fault of an optional part needs a
// target that has the part and claims it.
//
// Such a fault is tried with the specs of these parts and of refusals alone: all
// others send good credentials and small bodies at the agreed pace, where it
// cannot show, and take a minute for it where that pace is kept.
func Claiming(fault faults.Fault, how Options) (reference.Options, Options) {
	options := fault.Options()
	if fault.Feature == "" {
		return options, how
	}
	how.Filter = stage.Filter([]string{"CART-ERR-07", "CART-ERR-08", "CART-ERR-09", "CART-ERR-13"})
	how.Describe = func(yaml string) string { return Claim(yaml, string(fault.Feature)) }
	how.Lookup = func(name string) (string, bool) { return faults.Token, name == tokenVariable }
	return options, how
}

// Claim changes the reference's description into that of a target which claims
// one optional part and nothing else.
func Claim(yaml, feature string) string {
	target := "  region: US\n" +
		"  headers: {x-amz-access-token: \"${" + tokenVariable + "}\"}\n" +
		"  badHeaders: {x-amz-access-token: not-a-token}\n"
	if feature == string(faults.Throttling) {
		target += "  rateLimit: {requestsPerSecond: 40, burst: 8}\n" // a little less than faults.RateLimit
	}
	return strings.NewReplacer(
		"features: [pagination, ordering, product-search]", "features: ["+feature+"]",
		"  region: US\n", target,
	).Replace(yaml)
}
