package attest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// The types that a statement of ours has.
const (
	statementType = "https://in-toto.io/Statement/v1"
	// PredicateType names the form of the predicate, and changes with it. It is a
	// name and no address.
	PredicateType = "urn:cartconform:attestation:1"
)

// Statement is an in-toto Statement, version 1, about the files of a report
// folder.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject is one file and its digest.
type Subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"` // hex by algorithm
}

// SHA256 is the subject's digest; "" when it has none.
func (s Subject) SHA256() string { return s.Digest[sha256Name] }

const sha256Name = "sha256"

// FileDigest makes a subject of a file's SHA-256, in hex.
func FileDigest(name, sum string) Subject {
	return Subject{Name: name, Digest: map[string]string{sha256Name: sum}}
}

// NewStatement states what the predicate says about the files.
func NewStatement(p Predicate, files ...Subject) Statement {
	return Statement{Type: statementType, Subject: files, PredicateType: PredicateType, Predicate: p}
}

func (s Statement) encode() ([]byte, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode statement: %w", err)
	}
	return text, nil
}

// Statement reads what the envelope holds. It does not look at the signatures.
// As in-toto demands, keys that are not known are passed over.
func (e *Envelope) Statement() (Statement, error) {
	var s Statement
	if e.envelope.PayloadType != payloadType {
		return s, fmt.Errorf("wanted payload type %s, got %.80q", payloadType, e.envelope.PayloadType)
	}
	decoder := json.NewDecoder(bytes.NewReader(e.payload))
	if err := decoder.Decode(&s); err != nil {
		return s, fmt.Errorf("wanted an in-toto statement in JSON, got %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return s, errors.New("wanted one in-toto statement, got more text after it")
	}
	if s.Type != statementType {
		return s, fmt.Errorf("wanted statement type %s, got %.80q", statementType, s.Type)
	}
	if s.PredicateType != PredicateType {
		return s, fmt.Errorf("wanted predicate type %s, got %.80q", PredicateType, s.PredicateType)
	}
	if len(s.Subject) == 0 {
		return s, errors.New("wanted a statement about files, got one about none")
	}
	return s, nil
}
