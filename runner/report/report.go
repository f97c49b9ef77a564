// Package report writes down what a run found out. The Report is canonical:
// every other form is rendered from it, and nothing here decides anything.
package report

import (
	"encoding/json"
	"fmt"
	"time"

	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

// SchemaURI names the version of the report format. It changes when a program
// that reads reports would have to.
const SchemaURI = "urn:cartconform:report:1"

// Report is the content of report.json; report.schema.json describes it.
type Report struct {
	Schema         string          `json:"schema"`
	Verdict        verdict.Verdict `json:"verdict"`
	Sentence       string          `json:"sentence"`
	Profile        target.Profile  `json:"profile"`
	Level          spec.Level      `json:"level"`       // the weakest level that decides
	Interrupted    bool            `json:"interrupted"` // the run ended before its end
	Exit           verdict.Exit    `json:"exit"`
	Seed           int64           `json:"seed"`
	Suite          Suite           `json:"suite"`
	Contracts      []Contract      `json:"contracts"`
	Target         Target          `json:"target"`
	Configuration  Configuration   `json:"configuration"`
	Selection      Selection       `json:"selection"`
	Command        []string        `json:"command"` // arguments that repeat the run
	Started        time.Time       `json:"started"`
	Finished       time.Time       `json:"finished"`
	DurationMS     int64           `json:"durationMS"`
	Totals         verdict.Totals  `json:"totals"`
	Traffic        Traffic         `json:"traffic"`
	Exchanges      Exchanges       `json:"exchanges"`
	Requirements   []Requirement   `json:"requirements"`
	Waivers        []Waiver        `json:"waivers"`     // in the order of their file
	WaiversFile    *WaiversFile    `json:"waiversFile"` // null without one
	Drift          []Drift         `json:"drift"`
	Unseen         []Unseen        `json:"unseen"`
	InternalErrors []string        `json:"internalErrors"`
	Replay         *Replay         `json:"replay"` // null for a run against a target
}

// Suite is the program that wrote the report.
type Suite struct {
	Version    string     `json:"version"`
	Go         string     `json:"go"`
	Validators Validators `json:"validators"`
}

// Validators are the versions of the two judges of bodies.
type Validators struct {
	KinOpenAPI string `json:"kin-openapi"`
	JSONSchema string `json:"jsonschema"`
}

// Contract is one contract that was judged.
type Contract struct {
	API            string `json:"api"`
	Version        string `json:"version"`
	Digest         string `json:"digest"`
	CatalogueCount int    `json:"catalogueCount"`
}

// Target is the service under test.
type Target struct {
	BaseURL       string   `json:"baseURL"`
	RemoteCartURL string   `json:"remoteCartURL,omitempty"`
	Region        string   `json:"region"`
	Features      []string `json:"features"`
	Lanes         int      `json:"lanes"`
}

// Configuration is the target description.
type Configuration struct {
	Digest   string          `json:"digest"`   // SHA-256 of the document in its canonical form, in hex
	Document json.RawMessage `json:"document"` // secrets stand as ${NAME}; null when it is not known
}

// Selection is what the run was to judge; the zero value is everything.
type Selection struct {
	Requirements []string `json:"requirements"` // ids of --requirement; empty for all
	LabelFilter  string   `json:"labelFilter"`
	Shard        *Shard   `json:"shard"`
	FailFast     bool     `json:"failFast"`
	ResetCart    bool     `json:"resetCart"` // permission to empty carts that held items
}

// Shard is one of several parts of a run.
type Shard struct {
	Number int `json:"number"` // from 1
	Of     int `json:"of"`
}

// Replay says what a report was made of by judging a recorded run again. Times are
// those of the recording.
type Replay struct {
	Of         string `json:"of"`         // SHA-256 of the recording's report.json, in hex
	Unrecorded int    `json:"unrecorded"` // requests that the recording lacks
}

// Exchanges identifies the archive of everything that was sent and answered.
type Exchanges struct {
	File   string `json:"file"` // beside report.json; "" when there is none
	Count  int    `json:"count"`
	SHA256 string `json:"sha256"` // of the file, in hex
}

// Requirement is one row of a catalogue and what the run found out about it.
type Requirement struct {
	ID           string        `json:"id"`
	API          string        `json:"api"`
	Area         string        `json:"area"`
	Level        spec.Level    `json:"level"`
	State        verdict.State `json:"state"`
	Operation    string        `json:"operation"`
	Feature      string        `json:"feature,omitempty"`
	Unchecked    string        `json:"unchecked,omitempty"` // why it cannot be checked from outside
	Statement    string        `json:"statement"`
	Source       Source        `json:"source"`
	Reason       string        `json:"reason"`
	Waiver       *Waived       `json:"waiver,omitempty"` // of a waived requirement
	Specs        []Spec        `json:"specs"`
	Findings     []Finding     `json:"findings"`
	Observations []Observation `json:"observations"`
}

// Waived is the entry of the waivers file that waives a requirement.
type Waived struct {
	Reason  string `json:"reason"`
	Expires string `json:"expires"` // the last day, in UTC
}

// Waiver is one entry of the waivers file and what became of it.
type Waiver struct {
	ID      string      `json:"id"`
	Reason  string      `json:"reason"`
	Expires string      `json:"expires"` // the last day on which it holds, in UTC
	Line    int         `json:"line"`    // in the file
	Outcome verdict.Use `json:"outcome"` // used, expired, unneeded, or the state of its requirement where that decides nothing
	Message string      `json:"message"` // one sentence; what is to be done, if anything
}

// WaiversFile identifies the waivers file of the run.
type WaiversFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // of its bytes, in hex
}

// Source is where the promise is written down.
type Source struct {
	Document string `json:"document"`
	Section  string `json:"section"`
}

// Spec is one spec of a requirement and how it ended.
type Spec struct {
	Name       string  `json:"name"`
	File       string  `json:"file"`
	Line       int     `json:"line"`
	Outcome    string  `json:"outcome"`
	Reason     string  `json:"reason"`
	DurationMS float64 `json:"durationMS"`
	Lane       int     `json:"lane"`
	Exchanges  int     `json:"exchanges"`  // requests sent to the target
	Answered   int     `json:"answered"`   // of them, answered
	Assertions int     `json:"assertions"` // comparisons that could have failed it

	// What it takes to play the spec again by itself.
	Process string       `json:"process"` // that ran it, as in the ids of its exchanges
	Calls   int          `json:"calls"`   // requests of any kind
	Start   record.Start `json:"start"`   // what other specs had left behind
}

// Finding is one broken promise and how to see it again.
type Finding struct {
	Spec     string `json:"spec"`
	Message  string `json:"message"`
	Exchange string `json:"exchange"` // its _id in exchanges.har; "" when there was none
	Wanted   string `json:"wanted"`
	Got      string `json:"got"`
	Contract string `json:"contract"`           // file:line of the broken constraint; "" for none
	Request  string `json:"request,omitempty"`  // the exchange in one line
	Response string `json:"response,omitempty"` // the beginning of its response
	Curl     string `json:"curl"`
	// Sequence lists the exchanges that show it together, Steps tells in short what they
	// do, and Script sends them again; all are empty when one exchange alone shows it.
	Sequence []string `json:"sequence,omitempty"`
	Steps    []string `json:"steps,omitempty"`
	Script   string   `json:"script,omitempty"`
}

// Observation is an open choice that the target made.
type Observation struct {
	Spec     string `json:"spec"`
	Subject  string `json:"subject"`
	Seen     string `json:"seen"`
	Exchange string `json:"exchange"`
	Request  string `json:"request,omitempty"` // the exchange in one line
}

// Drift is one undocumented thing and how often it was seen.
type Drift struct {
	Kind      string `json:"kind"`
	Operation string `json:"operation"`
	Status    int    `json:"status"` // 0 where it is not bound to one
	Where     string `json:"where"`
	Value     string `json:"value"`
	Count     int    `json:"count"`
	Exchange  string `json:"exchange"` // one that showed it
}

// Unseen is one documented thing that no exchange showed; see spec.Unseen.
type Unseen struct {
	Kind      spec.UnseenKind `json:"kind"`
	Operation string          `json:"operation"`
	Status    int             `json:"status"` // 0 for what is sent
	Where     string          `json:"where"`
	Value     string          `json:"value"`
}

// Encode returns report.json.
func (r Report) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	return append(data, '\n'), nil
}

// Decode reads a report.json that Validate accepts.
func Decode(data []byte) (Report, error) {
	if err := Validate(data); err != nil {
		return Report{}, err
	}
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return Report{}, fmt.Errorf("decode report: %w", err)
	}
	return r, nil
}
