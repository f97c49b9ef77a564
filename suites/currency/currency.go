// Package currency holds what the suites know of currencies.
package currency

// MinorDigits gives the decimals of a currency (ISO 4217) of the regions and locales
// that the APIs have.
func MinorDigits(code string) int32 {
	if code == "JPY" {
		return 0
	}
	return 2
}
