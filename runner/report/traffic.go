package report

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Traffic is what the run sent.
type Traffic struct {
	Requests   int                `json:"requests"` // retries included
	Retries    int                `json:"retries"`
	Operations []OperationTraffic `json:"operations"` // sorted by operation
}

// OperationTraffic is what the run sent to one operation.
type OperationTraffic struct {
	Operation string  `json:"operation"` // "" for requests that mean none
	Count     int     `json:"count"`     // exchanges, retries not included
	P50MS     float64 `json:"p50MS"`
	P95MS     float64 `json:"p95MS"`
}

// Sample is one exchange as the traffic counts it.
type Sample struct {
	Operation string
	Attempts  int           // 1 + retries
	Duration  time.Duration // of the last attempt
}

// Measure counts samples.
func Measure(samples []Sample) Traffic {
	t := Traffic{Operations: []OperationTraffic{}}
	durations := map[string][]time.Duration{}
	for _, s := range samples {
		attempts := max(1, s.Attempts)
		t.Requests += attempts
		t.Retries += attempts - 1
		durations[s.Operation] = append(durations[s.Operation], s.Duration)
	}
	for _, operation := range slices.Sorted(maps.Keys(durations)) {
		d := durations[operation]
		slices.SortFunc(d, cmp.Compare[time.Duration])
		t.Operations = append(t.Operations, OperationTraffic{
			Operation: operation,
			Count:     len(d),
			P50MS:     milliseconds(percentile(d, 50)),
			P95MS:     milliseconds(percentile(d, 95)),
		})
	}
	return t
}

// percentile returns the nearest-rank percentile of sorted durations.
func percentile(sorted []time.Duration, percent int) time.Duration {
	rank := (percent*len(sorted) + 99) / 100
	return sorted[max(rank, 1)-1]
}
