// Package remotecart asks a running service whether it keeps the contract of the
// remote cart of the Product Advertising API 4, version 2013-08-01. One file holds
// the specs of one area; the promise stands directly above the spec that judges it.
package remotecart

import (
	. "github.com/onsi/ginkgo/v2"

	"cartconform/suites/stage"
)

// Register adds the suite's specs to the Ginkgo tree, to be run as play says.
func Register(play *stage.Play) {
	play.Works, play.Serves = works(), serves
	Describe("remote cart", append(play.Container(), func() {
		play.CloseSpecs()
		for _, area := range areas() {
			Describe(area.name, stage.Area(area.name), area.specs)
		}
	})...)
}

// area is one part of the contract, in a file of its own.
type area struct {
	name  string
	specs func()
}

// areas lists the areas in the order of the documents.
func areas() []area {
	return []area{
		{"protocol", protocol},
		{"creating", creating},
		{"creating", creatingItems},
		{"creating", creatingGroups},
		{"saving for later", saving},
		{"capping", capping},
		{"adding", adding},
		{"adding", addingLimits},
		{"identity", identity},
		{"reading", reading},
		{"modifying", modifying},
		{"modifying", moving},
		{"clearing", clearing},
		{"purchase", purchase},
		{"cart group", group},
		{"money", money},
		{"lifetime", lifetime},
		{"soap", overSOAP},
		{"envelope", envelope},
		{"signing", signing},
		{"codes", codes},
		{"locales", locales},
		{"concurrency", concurrency},
	}
}
