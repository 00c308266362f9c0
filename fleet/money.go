package fleet

import (
	"fmt"
	"strings"
)

// Money is an amount in the minor units of its currency: 4900 EUR is forty-nine euros, 4900 JPY are 4,900 yen.
type Money struct {
	Amount   int64
	Currency string // ISO 4217, such as EUR
}

// maxAmount bounds one price or payment, in minor units. It keeps sums over any number of them within an int64.
const maxAmount = 1_000_000_000_000

// currencies are those of ISO 4217 that can be paid with, without funds, metals and test codes.
const currencies = " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP " +
	"CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY " +
	"KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD " +
	"OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD " +
	"TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG "

// digits of currencies that have no hundredths.
var otherDigits = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0,
	"XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

// ValidCurrency accepts a code of ISO 4217 in upper case, such as EUR.
func ValidCurrency(code string) error {
	if len(code) != 3 || strings.Contains(code, " ") || !strings.Contains(currencies, " "+code+" ") {
		return Errorf(CodeInvalid, "%s is no currency: use a code of ISO 4217, such as EUR", quoted(code))
	}
	return nil
}

// Validate errs with CodeInvalid, about field.amount or field.currency, unless it is from least to 1,000,000,000,000 minor
// units of a currency.
func (m Money) Validate(field string, least int64) error {
	if err := ValidCurrency(m.Currency); err != nil {
		return AtField(err, field+".currency")
	}
	if m.Amount < least || m.Amount > maxAmount {
		return FieldErrorf(CodeInvalid, field+".amount", "An amount is %d to %d, in the minor units of its currency.", least, int64(maxAmount))
	}
	return nil
}

// Decimal is the amount as people and spreadsheets read it: "49.00", "4900" for yen.
func (m Money) Decimal() string {
	digits, known := otherDigits[m.Currency]
	if !known {
		digits = 2
	}
	amount, sign := m.Amount, ""
	if amount < 0 {
		amount, sign = -amount, "-"
	}
	text := fmt.Sprintf("%0*d", digits+1, amount)
	if digits == 0 {
		return sign + text
	}
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// String is "49.00 EUR".
func (m Money) String() string {
	return m.Decimal() + " " + m.Currency
}
