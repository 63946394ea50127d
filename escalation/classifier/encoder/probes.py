"""Short messages that an export is made and checked with; nobody's words, and no model is trained on them."""

PROBES = (
    "where is my order",
    "i want my money back",
    "hi",
    "the parcel came yesterday and the box was open, two of the three cups are broken and nobody answers the phone",
    "can you change the delivery address please?",
    "do you ship to Norway",
    "my card was charged twice!!",
    "How long does the battery last when it is used every day in the cold",
)
"""What a graph's vectors are compared with torch's on."""
CALIBRATION = (
    "please cancel my subscription",
    "what are your opening hours on sunday",
    "I'd like to speak to a person",
    "my name is Anna Lindqvist and my number is 555 0199",
    "yes",
    "thanks, bye",
    "i forgot my password and the reset mail never arrives",
    "is there a warranty on refurbished phones?",
    "set an alarm for seven",
    "the flight was cancelled and i need a hotel for tonight, near the airport if you have one",
    "how much do i owe on my credit card",
    "3",
    "where can I return shoes I bought online last week, and do I have to pay for the postage myself?",
    "Guten Tag, wo ist mein Paket?",
    "no quiero esperar mas",
    "je voudrais parler avec quelqu'un",
    "order #A-10492 !!! total 129.90 EUR",
    "can you recommend something for a birthday",
)
"""What the channels' sizes are measured on; they are the encoder's own, whatever the text (see `integer_layers`)."""
