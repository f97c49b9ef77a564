package session

import (
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"cartconform/runner/repertoire"
	"cartconform/runner/report"
	"cartconform/spec"
)

// Info says what this program is made of.
type Info struct {
	Suite      string // version of cartconform
	Go         string
	Validators map[string]string // versions by module name
	Contracts  []report.Contract
}

// suiteVersion is the released version that this source becomes.
const suiteVersion = "0.2.0"

// Version gives the versions of the program, its validators and its contracts.
func Version() Info {
	info := Info{Suite: suiteVersion, Go: runtime.Version(), Validators: spec.ValidatorVersions()}
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, s := range build.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				info.Suite += "+" + s.Value[:12]
			}
		}
	}
	if suites, err := repertoire.All(); err == nil {
		info.Contracts = contractsOf(suites)
	}
	return info
}

// String says everything, one thing on a line.
func (i Info) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "cartconform %s (%s)\n", i.Suite, i.Go)
	for _, c := range i.Contracts {
		fmt.Fprintf(&b, "contract    %s %s, %d requirements, sha256 %s\n", c.API, c.Version, c.CatalogueCount, c.Digest)
	}
	for _, name := range slices.Sorted(maps.Keys(i.Validators)) {
		fmt.Fprintf(&b, "validator   %s %s\n", name, i.Validators[name])
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func contractsOf(suites repertoire.List) []report.Contract {
	var contracts []report.Contract
	for _, s := range suites {
		catalogue := s.Contract.Catalogue()
		contracts = append(contracts, report.Contract{
			API: catalogue.API, Version: catalogue.Version, Digest: s.Contract.Digest(), CatalogueCount: len(catalogue.Requirements),
		})
	}
	return contracts
}

func (i Info) suite() report.Suite {
	return report.Suite{Version: i.Suite, Go: i.Go, Validators: report.Validators{
		KinOpenAPI: i.Validators["kin-openapi"], JSONSchema: i.Validators["jsonschema"],
	}}
}
