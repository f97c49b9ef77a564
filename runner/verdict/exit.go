package verdict

// Exit is an exit code of every command.
type Exit int

// The exit codes.
const (
	ExitOK           Exit = 0 // conformant, or all that was selected passed
	ExitFindings     Exit = 1 // not conformant, or a waiver that expired or is not needed
	ExitUsage        Exit = 2 // wrong usage or configuration
	ExitUntested     Exit = 3 // the target could not be tested, or not to the end
	ExitInconclusive Exit = 4
	ExitInternal     Exit = 5 // the suite itself went wrong
)

// Exit returns the exit code of the run. Nothing checked is never ExitOK.
func (r Result) Exit() Exit {
	codes := []Exit{ExitOK}
	add := func(when bool, code Exit) {
		if when {
			codes = append(codes, code)
		}
	}
	checked := 0 // and found kept, or answered for
	for _, q := range r.Requirements {
		if !q.Decides(r.Level) {
			continue
		}
		switch q.State {
		case Passed, Waived:
			checked++
		case NotRun:
			add(!q.leftOut, ExitUntested)
		case Inconclusive:
			add(true, ExitInconclusive)
		}
	}
	add(len(r.InternalErrors) > 0, ExitInternal)
	add(r.NothingSelected, ExitUsage)
	add(r.Verdict == NotConformant, ExitFindings)
	add(uses(r.Waivers, Expired)+uses(r.Waivers, Unneeded) > 0, ExitFindings)
	add(r.Interrupted, ExitUntested)
	add(checked == 0 || r.Verdict == Undecided, ExitInconclusive)
	return Worst(codes...)
}

// Worst returns the code that decides when several apply: 5, 2, 1, 3, 4, then 0.
func Worst(codes ...Exit) Exit {
	worst := ExitOK
	for _, code := range codes {
		if weight(code) > weight(worst) {
			worst = code
		}
	}
	return worst
}

func weight(code Exit) int {
	switch code {
	case ExitOK:
		return 0
	case ExitInconclusive:
		return 1
	case ExitUntested:
		return 2
	case ExitFindings:
		return 3
	case ExitUsage:
		return 4
	default: // ExitInternal, and what no code of ours means
		return 5
	}
}
