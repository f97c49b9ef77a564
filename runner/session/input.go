package session

import (
	"cartconform/runner/engine"
	"cartconform/runner/repertoire"
	"cartconform/runner/verdict"
	"cartconform/suites/target"
)

// Question gives the part of a verdict's input that is known before anything was
// asked: the catalogues, what the target claims and holds, and the specs that
// there are.
func Question(t *target.Target, suites repertoire.List, specs []engine.Spec) verdict.Input {
	in := verdict.Input{
		Catalogues: suites.Catalogues(), Profile: t.Profile, Features: features(t.Claimed()), Has: suites.Has(t), Specs: map[string][]string{},
	}
	for _, s := range specs {
		in.Specs[s.Requirement] = append(in.Specs[s.Requirement], s.Name)
	}
	return in
}
