package description

// file is the form of a description that passed every check of its shape.
type file struct {
	Profile    string          `json:"profile"`
	Target     *fileTarget     `json:"target"`
	Features   []string        `json:"features"`
	Lanes      []fileLane      `json:"lanes"`
	Data       fileData        `json:"data"`
	Ordering   *fileOrdering   `json:"ordering"`
	Search     *fileSearch     `json:"search"`
	Control    fileControl     `json:"control"`
	RemoteCart *fileRemoteCart `json:"remoteCart"`
}

type fileTarget struct {
	BaseURL    string            `json:"baseURL"`
	Region     string            `json:"region"`
	Headers    map[string]string `json:"headers"`
	BadHeaders map[string]string `json:"badHeaders"`
	Auth       *struct {
		LWA fileLWA `json:"lwa"`
	} `json:"auth"`
	RateLimit *fileRateLimit `json:"rateLimit"`
	Timeout   string         `json:"timeout"`
}

type fileRateLimit struct {
	RequestsPerSecond float64 `json:"requestsPerSecond"`
	Burst             *int    `json:"burst"`
}

type fileLWA struct {
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
	RefreshToken string `json:"refreshToken"`
	TokenURL     string `json:"tokenURL"`
}

type fileLane struct {
	Buyer       string `json:"buyer"`
	CartID      string `json:"cartId"`
	OtherCartID string `json:"otherCartId"`
}

type fileOffer struct {
	ProductIdentifier      string `json:"productIdentifier"`
	BuyingOptionIdentifier string `json:"buyingOptionIdentifier"`
	Stock                  int    `json:"stock"`
}

type fileData struct {
	Offers struct {
		Available   []fileOffer `json:"available"`
		SameProduct []fileOffer `json:"sameProduct"`
		Limited     []fileOffer `json:"limited"`
		Unavailable []fileOffer `json:"unavailable"`
		Restricted  []fileOffer `json:"restricted"`
		Hosted      []fileOffer `json:"hosted"`
	} `json:"offers"`
	Addresses struct {
		Deliverable *fileAddress `json:"deliverable"`
		Other       *fileAddress `json:"other"`
	} `json:"addresses"`
	ManyCartsBuyer string `json:"manyCartsBuyer"`
}

type fileAddress struct {
	AddressType   string   `json:"addressType"`
	FullName      string   `json:"fullName"`
	PhoneNumber   string   `json:"phoneNumber"`
	CompanyName   string   `json:"companyName"`
	AddressLine1  string   `json:"addressLine1"`
	AddressLine2  string   `json:"addressLine2"`
	AddressLine3  string   `json:"addressLine3"`
	City          string   `json:"city"`
	StateOrRegion string   `json:"stateOrRegion"`
	PostalCode    string   `json:"postalCode"`
	CountryCode   string   `json:"countryCode"`
	DiffersIn     []string `json:"differsIn"`
}

type fileOrdering struct {
	Group           string `json:"group"`
	PaymentMethod   string `json:"paymentMethod"`
	TrialMode       *bool  `json:"trialMode"`
	PlaceRealOrders bool   `json:"placeRealOrders"`
}

type fileSearch struct {
	Keywords      string `json:"keywords"`
	ProductRegion string `json:"productRegion"`
	Locale        string `json:"locale"`
}

type fileHook struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Body    string            `json:"body"`
	Headers map[string]string `json:"headers"`
}

type fileControl struct {
	SetPrice *fileHook `json:"setPrice"`
	SetStock *fileHook `json:"setStock"`
	Settle   string    `json:"settle"`
}

type fileRemoteCart struct {
	BaseURL           string            `json:"baseURL"`
	AccessKey         string            `json:"accessKey"`
	SecretKey         string            `json:"secretKey"`
	AssociateTag      string            `json:"associateTag"`
	OtherAssociateTag string            `json:"otherAssociateTag"`
	Locale            string            `json:"locale"`
	OtherLocales      []fileOtherLocale `json:"otherLocales"`
	RateLimit         *fileRateLimit    `json:"rateLimit"`
	Timeout           string            `json:"timeout"`
	Features          []string          `json:"features"`
	Products          struct {
		Available    []fileProduct `json:"available"`
		Unavailable  []fileProduct `json:"unavailable"`
		Capped       []fileProduct `json:"capped"`
		OtherSellers []fileProduct `json:"otherSellers"`
	} `json:"products"`
	Control struct {
		AdvanceClock    *fileHook `json:"advanceClock"`
		SetAvailability *fileHook `json:"setAvailability"`
		Settle          string    `json:"settle"`
	} `json:"control"`
}

type fileProduct struct {
	ASIN           string `json:"asin"`
	OfferListingID string `json:"offerListingId"`
	Price          int64  `json:"price"`
	Maximum        int    `json:"maximum"`
	Because        string `json:"because"`
}

type fileOtherLocale struct {
	Locale       string `json:"locale"`
	BaseURL      string `json:"baseURL"`
	Host         string `json:"host"`
	AssociateTag string `json:"associateTag"`
	ASIN         string `json:"asin"`
}
