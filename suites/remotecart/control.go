package remotecart

import (
	"context"
	"strconv"
	"time"

	"github.com/onsi/ginkgo/v2"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Advance moves the target's clock. Specs that do so are Serial: other lanes see it,
// and their carts would expire.
func Advance(ctx context.Context, by time.Duration) {
	hook := hook(ctx, "remoteCart.control.advanceClock", remote(ctx).Control.AdvanceClock)
	stage.Control(ctx, "remoteCart.control.advanceClock", hook, map[string]string{"seconds": strconv.FormatInt(int64(by/time.Second), 10)})
	moved := stage.Recall[clock](stage.Of(ctx), clockKey)
	moved.Ahead += by
	stage.Remember(stage.Of(ctx), clockKey, moved)
}

// MakeUnavailable has a product run out, and restores it after the spec.
func MakeUnavailable(ctx context.Context, r Role) {
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) { setAvailable(stage.Steadfast(ctx), r, true) })
	setAvailable(ctx, r, false)
}

func setAvailable(ctx context.Context, r Role, available bool) {
	hook := hook(ctx, "remoteCart.control.setAvailability", remote(ctx).Control.SetAvailability)
	stage.Control(ctx, "remoteCart.control.setAvailability", hook, map[string]string{
		"asin": r.ASIN(ctx), "available": strconv.FormatBool(available),
	})
}

// hook gives a control request of the description. Without one the spec ends: a
// target whose state cannot be changed keeps such promises unseen.
func hook(ctx context.Context, key string, given *target.Hook) *target.Hook {
	if given == nil {
		stage.NotApplicable(ctx, "%s is missing from the target description: only a controlled target can be asked", key)
	}
	return given
}

// clock is what is known of the target's clock, which does not go back.
type clock struct {
	Ahead time.Duration `json:"ahead"` // by which specs have moved it
	// Signing says that timestamps are held against it, too. A target may have another
	// clock for that.
	Signing bool `json:"signing"`
}

// dated is a call as the clock of the target wants it, if its timestamp is held
// against that.
func (c clock) dated(call stage.Call) stage.Call {
	if c.Signing {
		call.Age -= c.Ahead
	}
	return call
}

const clockKey = "remote clock"
