// Package businesscart asks a running service whether it keeps the contract of
// the Business Cart API, version 2025-04-30. One file holds the specs of one
// area; the promise stands directly above the spec that judges it.
package businesscart

import (
	. "github.com/onsi/ginkgo/v2"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Register adds the suite's specs to the Ginkgo tree, to be run as play says.
func Register(play *stage.Play) {
	play.Works, play.Serves = works(), serves
	Describe("business cart", append(play.Container(), func() {
		play.CloseSpecs()
		for _, area := range areas(play.Target.Profile) {
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
func areas(profile target.Profile) []area {
	if profile == target.StaticSandbox {
		return []area{{"sandbox", sandbox}}
	}
	return []area{
		{"listing", listing},
		{"adding", adding},
		{"adding", addingLines},
		{"adding", rejecting},
		{"adding", rejectingReasons},
		{"adding", takingFound},
		{"modifying", modifying},
		{"modifying", repeating},
		{"modifying", removing},
		{"reading", reading},
		{"summary", summary},
		{"estimate", estimating},
		{"estimate", estimatingRejections},
		{"estimate", rejectingOrders},
		{"deleting", deleting},
		{"ordering", buyingOptions},
		{"ordering", ordering},
		{"ordering", searching},
		{"errors", errorHandling},
		{"workflow", workflow},
		{"general", general},
		{"walking", walking},
		{"refusing", refusing},
		{"allowing", allowing},
		{"leniency", leniency},
		{"choosing", choosing},
		{"concurrency", concurrency},
	}
}
