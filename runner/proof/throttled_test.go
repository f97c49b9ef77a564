package proof_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"cartconform/fixtures/reference/remotecart"
	"cartconform/runner/proof"
	"cartconform/runner/verdict"
	"cartconform/suites/stage"
)

// A target that goes on being asked too fast breaks no promise, and keeps none: what
// is to be done about it stands in the description.
func TestThrottlingFailsNothing(t *testing.T) {
	const id = "RC-GET-03"
	options := remotecart.Options{Points: remotecart.DefaultPoints()}
	options.Points.Throttle = func(call *remotecart.Call) *remotecart.Refusal {
		if call.Op != "CartGet" {
			return nil
		}
		return &remotecart.Refusal{Status: http.StatusServiceUnavailable, Code: remotecart.CodeThrottled, Message: "Requests are too frequent."}
	}
	trial, err := proof.RemoteReference(t.Context(), options, nil, proof.Options{Seed: 1, Filter: stage.Filter([]string{id})})
	if err != nil {
		t.Fatal(err)
	}
	row := trial.Result.Requirements[slices.IndexFunc(trial.Result.Requirements, func(r verdict.Requirement) bool { return r.ID == id })]
	if row.State != verdict.Inconclusive || !strings.Contains(row.Reason, "lower remoteCart.rateLimit") {
		t.Errorf("wanted %s inconclusive and what to do, got %s: %s", id, row.State, row.Reason)
	}
	if failed := trial.Failed(); len(failed) > 0 {
		t.Errorf("wanted nothing failed, got %v", failed)
	}
}
