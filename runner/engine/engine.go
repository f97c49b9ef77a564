// Package engine runs suites with Ginkgo, in this process or in several. It
// hands nothing back: what came out is in the plays' records, and neither
// Ginkgo's totals nor its exit code ever decide.
package engine

import (
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"cartconform/suites/stage"
)

// Cast is a suite and the play in which it is run.
type Cast struct {
	Register func(*stage.Play)
	Play     *stage.Play
}

// Spec is one spec of the tree, run or not.
type Spec struct {
	Name        string // full text
	Requirement string
	File        string // relative to the project
	Line        int
	Labels      []string
}

// Options say which specs are run and how.
type Options struct {
	Seed   int64
	Filter string // Ginkgo label filter; "" = all
	// Environment holds variables for workers, NAME=value, beside those of this
	// process.
	Environment []string
}

// noLimit stands for no time limit, which is not Ginkgo's business but the plays':
// its zero value means an hour.
const noLimit = 10 * 365 * 24 * time.Hour

// grace is how long a spec that was cut off, and each of its clean-ups, may take
// before Ginkgo goes on without it.
const grace = 15 * time.Second

// Preview lists the specs of the suites without running them. Like Run it must
// not be called while another Preview or Run of this process is under way.
func Preview(casts ...Cast) []Spec {
	defer quiet()()
	defer countOnce()()
	plant(casts)
	config, _ := ginkgo.GinkgoConfiguration()
	config.LabelFilter, config.FocusStrings, config.SkipStrings = "", nil, nil
	report := ginkgo.PreviewSpecs("cartconform", config)
	var specs []Spec
	for _, s := range report.SpecReports {
		if s.LeafNodeType != types.NodeTypeIt {
			continue
		}
		specs = append(specs, Spec{
			Name: s.FullText(), Requirement: stage.RequirementOf(s.Labels()), Labels: s.Labels(),
			File: stage.ProjectPath(s.LeafNodeLocation.FileName), Line: s.LeafNodeLocation.LineNumber,
		})
	}
	return specs
}

// Run runs the suites in this process.
func Run(casts []Cast, o Options) {
	defer quiet()()
	defer countOnce()()
	config, reporter := ginkgo.GinkgoConfiguration()
	config.RandomSeed = o.Seed
	config.LabelFilter = o.Filter
	config.Timeout, config.GracePeriod = noLimit, grace
	reporter.NoColor = true
	plant(casts)
	ginkgo.RunSpecs(deaf{}, "cartconform", config, reporter)
}

// RunTest runs a suite under go test or the ginkgo command: their flags say which
// specs run, and Ginkgo's own report is shown.
func RunTest(t ginkgo.GinkgoTestingT, cast Cast) {
	defer countOnce()()
	config, reporter := ginkgo.GinkgoConfiguration()
	config.FailOnEmpty = true
	plant([]Cast{cast})
	ginkgo.RunSpecs(t, "cartconform", config, reporter)
}

// countOnce hides -count=2 from Ginkgo, which refuses it because package-level
// specs cannot be run again. Ours can: they are registered anew each time.
func countOnce() (restore func()) {
	count := flag.Lookup("test.count")
	if count == nil {
		return func() {}
	}
	asked := count.Value.String()
	_ = count.Value.Set("1") // a flag takes a number
	return func() { _ = count.Value.Set(asked) }
}

// plant builds a new tree with the specs of the suites.
func plant(casts []Cast) {
	globals.Reset()
	countAssertions(func() {
		for _, cast := range casts {
			cast.Play.Assert() // that has a spec under way
		}
	})
	gomega.RegisterFailHandler(func(message string, skip ...int) {
		playing := casts[0].Play
		for _, cast := range casts {
			if cast.Play.Playing() {
				playing = cast.Play
			}
		}
		playing.Fail(message, append(skip, 0)[0]+1)
	})
	for _, cast := range casts {
		cast.Register(cast.Play)
	}
}

// Select gives the specs that a Ginkgo label filter matches.
func Select(specs []Spec, filter string) ([]Spec, error) {
	matches, err := types.ParseLabelFilter(filter)
	if err != nil {
		return nil, fmt.Errorf("label filter %q: %s", filter, oneLine(err))
	}
	var selected []Spec
	for _, s := range specs {
		if matches(s.Labels) {
			selected = append(selected, s)
		}
	}
	return selected, nil
}

// oneLine takes the colours and line breaks out of Ginkgo's errors.
func oneLine(err error) string { return strings.Join(strings.Fields(uncoloured(err.Error())), " ") }

func uncoloured(text string) string {
	return regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(text, "")
}

// quiet keeps Ginkgo's own console report, of which nothing is true of a
// verdict, from the screen until the returned function is called.
func quiet() (restore func()) {
	out, err := formatter.ColorableStdOut, formatter.ColorableStdErr
	formatter.ColorableStdOut, formatter.ColorableStdErr = io.Discard, io.Discard
	return func() { formatter.ColorableStdOut, formatter.ColorableStdErr = out, err }
}

// deaf takes Ginkgo's word that something failed and ignores it.
type deaf struct{}

func (deaf) Fail() {}
