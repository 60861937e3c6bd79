// Keys where only the maker's name beside them tells whose they are: matched without regard to
// case.
#include <array>

#include "detect/rules_secret_vendor.h"
#include "detect/secret_rule.h"

namespace doorward::detect {

namespace {

// Where only the name beside it tells whose key it is: matched without regard to case.
constexpr Rule named(std::string_view id, const char* trigger, const char* pattern,
                     Check check = very_varied) {
  return Rule{id,        Kind::secret, Certainty::certain,
              5.0,       pattern,      kAllChannels,
              kAllRoles, trigger,      false,
              1,         check,        true};
}
// NAME, up to 24 characters of assignment, VALUE. \x60 is a backquote.
#define DOORWARD_NAMED(name, value)                                                         \
  "(?:" name                                                                                \
  ")[\\w.\\-]{0,24}['\"\\x60]?[\\s]{0,4}(?:=>|:=|=|:|,|\\|\\|)?[\\s]{0,4}[>(]?[\\s]{0,2}['" \
  "\"\\x60]?\\b(" value ")(?:['\"\\x60\\s;,)&]|\\\\|$)"
#define HEX32 "[a-f0-9]{32}"
#define HEX40 "[a-f0-9]{40}"
#define HEX64 "[a-f0-9]{64}"
#define UUID "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"

constexpr std::array kRules = {
    named("secret.aws_secret", "aws|amazon|secret_?access_?key|secretAccessKey",
          DOORWARD_NAMED("aws_?secret|secret_?access_?key|aws_?access_?secret|aws_?secret_?key|"
                         "amazon_?secret|aws_?session|secret_?key",
                         "[0-9A-Za-z/+]{40}")),
    named("secret.datadog_named", "datadog|dd[-_]?(api|app)",
          DOORWARD_NAMED("datadog|dd_api|dd_app|dd[-_]?(?:api|app)[-_]?key", HEX32 "|" HEX40)),
    named("secret.cloudflare_named", "cloudflare|cf_(api|token)",
          DOORWARD_NAMED("cloudflare|cf_api|cf_token|cloudflare_api",
                         "[0-9a-f]{37}|[0-9A-Za-z_-]{40}")),
    named("secret.heroku_named", "heroku", DOORWARD_NAMED("heroku", UUID)),
    named("secret.algolia_named", "algolia", DOORWARD_NAMED("algolia", HEX32)),
    named("secret.twilio_named", "twilio", DOORWARD_NAMED("twilio", HEX32)),
    named("secret.facebook_named", "facebook|fb_",
          DOORWARD_NAMED("facebook|fb_(?:app|secret)", HEX32)),
    named("secret.twitter_named", "twitter|consumer_(key|secret)",
          DOORWARD_NAMED("twitter|consumer_key|consumer_secret",
                         "[0-9A-Za-z]{25}|[0-9A-Za-z]{35,50}|[0-9]{8,20}-[0-9A-Za-z]{35,45}")),
    named("secret.linkedin_named", "linkedin", DOORWARD_NAMED("linkedin", "[0-9A-Za-z]{14,16}")),
    named("secret.okta_named", "okta", DOORWARD_NAMED("okta", "00[0-9A-Za-z_=-]{40}")),
    named("secret.auth0_named", "auth0", DOORWARD_NAMED("auth0", "[0-9A-Za-z_-]{32,64}")),
    named("secret.fastly_named", "fastly", DOORWARD_NAMED("fastly", "[0-9A-Za-z_=-]{32}")),
    named("secret.sentry_named", "sentry", DOORWARD_NAMED("sentry", HEX64 "|" HEX32)),
    named("secret.snyk_named", "snyk", DOORWARD_NAMED("snyk", UUID)),
    named("secret.zendesk_named", "zendesk", DOORWARD_NAMED("zendesk", "[0-9A-Za-z]{40}")),
    named("secret.asana_named", "asana", DOORWARD_NAMED("asana", HEX32)),
    named("secret.discord_named", "discord",
          DOORWARD_NAMED("discord", HEX64 "|[0-9A-Za-z=_-]{32}")),
    named("secret.dropbox_named", "dropbox",
          DOORWARD_NAMED("dropbox", "[0-9a-z]{15}|[0-9A-Za-z]{11}AAAAAAAAAA[0-9A-Za-z_=-]{43}")),
    named("secret.mailchimp_named", "mailchimp|mandrill",
          DOORWARD_NAMED("mailchimp|mandrill", HEX32 "-us[0-9]{1,2}|[0-9A-Za-z_-]{22}")),
    named("secret.mailgun_named", "mailgun",
          DOORWARD_NAMED("mailgun", HEX32 "(?:-[0-9a-f]{8}-[0-9a-f]{8})?")),
    named("secret.sendbird_named", "sendbird", DOORWARD_NAMED("sendbird", HEX40 "|" UUID)),
    named("secret.bitbucket_named", "bitbucket",
          DOORWARD_NAMED("bitbucket", "[0-9A-Za-z_=-]{64}|[0-9A-Za-z]{32}")),
    named("secret.jira_named", "jira|atlassian|confluence",
          DOORWARD_NAMED("jira|atlassian|confluence", "[0-9A-Za-z]{24}")),
    named("secret.codecov_named", "codecov", DOORWARD_NAMED("codecov", "[0-9A-Za-z]{32}|" UUID)),
    named("secret.travis_named", "travis", DOORWARD_NAMED("travis", "[0-9A-Za-z_-]{22}")),
    named("secret.jenkins_named", "jenkins",
          DOORWARD_NAMED("jenkins", HEX32 "|11[0-9a-f]{32}|" UUID)),
    named("secret.circleci_named", "circle_?ci", DOORWARD_NAMED("circle_?ci", HEX40)),
    named("secret.sonar_named", "sonar", DOORWARD_NAMED("sonar", HEX40)),
    named("secret.artifactory_named", "artifactory|jfrog|bintray|xray",
          DOORWARD_NAMED("artifactory|jfrog|bintray|xray", "[0-9A-Za-z]{64,73}")),
    named("secret.coinbase_named", "coinbase|kraken|kucoin|binance|bittrex|gemini|bitfinex",
          DOORWARD_NAMED("coinbase|kraken|kucoin|binance|bittrex|bitfinex",
                         "[0-9A-Za-z_=/+-]{32,90}|" UUID)),
    named("secret.etsy_named", "etsy", DOORWARD_NAMED("etsy", "[0-9a-z]{24}")),
    named("secret.finicity_named", "finicity|finnhub",
          DOORWARD_NAMED("finicity|finnhub", HEX32 "|[0-9A-Za-z]{20}")),
    named("secret.flickr_named", "flickr", DOORWARD_NAMED("flickr", HEX32)),
    named("secret.freshbooks_named", "freshbooks|freemius|kickbox|looker",
          DOORWARD_NAMED("freshbooks|freemius|kickbox|looker", HEX64 "|[0-9A-Za-z]{20,24}")),
    named("secret.gitter_named", "gitter", DOORWARD_NAMED("gitter", "[0-9A-Za-z_-]{40}")),
    named("secret.intercom_named", "intercom", DOORWARD_NAMED("intercom", "[0-9A-Za-z=_-]{60}")),
    named("secret.mattermost_named", "mattermost", DOORWARD_NAMED("mattermost", "[0-9a-z]{26}")),
    named("secret.messagebird_named", "message[_-]?bird",
          DOORWARD_NAMED("message[_-]?bird", "[0-9A-Za-z]{25}|" UUID)),
    named("secret.netlify_named", "netlify", DOORWARD_NAMED("netlify", "[0-9A-Za-z=_-]{40,46}")),
    named("secret.newrelic_named", "new[_-]?relic",
          DOORWARD_NAMED("new[_-]?relic", HEX40 "|[0-9a-z]{64}")),
    named("secret.nytimes_named", "nytimes|new-york-times",
          DOORWARD_NAMED("nytimes|new-york-times", "[0-9A-Za-z=_-]{32}")),
    named("secret.plaid_named", "plaid", DOORWARD_NAMED("plaid", "[0-9a-z]{24,30}")),
    named("secret.rapidapi_named", "rapid[_-]?api",
          DOORWARD_NAMED("rapid[_-]?api", "[0-9A-Za-z_-]{50}")),
    named("secret.sumologic_named", "sumo",
          DOORWARD_NAMED("sumo", "su[0-9A-Za-z]{12}|[0-9A-Za-z]{64}")),
    named("secret.squarespace_named", "squarespace|trello|shodan|censys|virustotal|securitytrails",
          DOORWARD_NAMED("squarespace|trello|shodan|censys|virustotal|securitytrails",
                         UUID "|[0-9A-Za-z]{32}|" HEX64)),
    named("secret.twitch_named", "twitch", DOORWARD_NAMED("twitch", "[0-9a-z]{30}")),
    named("secret.typeform_mapbox_named", "openweather|weatherapi|mapquest|geoapify|ipinfo|ipstack",
          DOORWARD_NAMED("openweather|weatherapi|mapquest|geoapify|ipinfo|ipstack",
                         HEX32 "|[0-9A-Za-z]{14,31}")),
    named("secret.yandex_named", "yandex", DOORWARD_NAMED("yandex", "[0-9A-Za-z_-]{38,60}")),
    named("secret.confluent_named", "confluent",
          DOORWARD_NAMED("confluent", "[0-9A-Za-z]{16}|[0-9A-Za-z+/]{64}")),
    named("secret.lastfm_named", "last\\.?fm|pastebin|giphy|newsapi|alphavantage|polygon",
          DOORWARD_NAMED("last\\.?fm|pastebin|giphy|newsapi|alphavantage|polygon",
                         HEX32 "|[0-9A-Za-z]{32}")),
    named("secret.segment_amplitude_named", "segment|amplitude|mixpanel|bugsnag|rollbar",
          DOORWARD_NAMED("segment|amplitude|mixpanel|bugsnag|rollbar", HEX32 "|[0-9A-Za-z]{32}")),
    named("secret.pagerduty_named", "pager_?duty|opsgenie|victorops|statuspage",
          DOORWARD_NAMED("pager_?duty|opsgenie|victorops|statuspage",
                         "[0-9A-Za-z+_-]{20}|" HEX32 "|" UUID)),
    named("secret.spotify_named", "spotify|reddit|instagram|pinterest|tumblr",
          DOORWARD_NAMED("spotify|reddit|instagram|pinterest|tumblr",
                         HEX32 "|[0-9A-Za-z_-]{27,30}|[0-9A-Za-z]{50}")),
    named(
        "secret.cohere_named",
        "cohere|mistral|deepseek|stability|assemblyai|deepgram|anyscale|co_api_key",
        DOORWARD_NAMED("cohere|mistral|deepseek|stability|assemblyai|deepgram|anyscale|co_api_key",
                       "[0-9A-Za-z]{32,64}")),
    named("secret.wandb_named", "wandb|comet|neptune",
          DOORWARD_NAMED("wandb|comet|neptune", HEX40 "|[0-9A-Za-z]{25,40}")),
    named("secret.square_named", "square|braintree|paypal|authorize",
          DOORWARD_NAMED("square_|braintree|paypal|authorize", "[0-9A-Za-z_-]{60,80}|" HEX32)),
    named("secret.mail_named",
          "sparkpost|cloudsmith|mailjet|sendinblue|postmark|customer\\.?io|iterable",
          DOORWARD_NAMED(
              "(?:sparkpost|cloudsmith|mailjet|sendinblue|postmark|customer\\.?io|iterable)"
              "[^\\n=:]{0,24}(?:key|token|secret)",
              HEX40 "|" HEX32 "|" UUID)),
    named("secret.meraki_named", "meraki|cisco", DOORWARD_NAMED("meraki|cisco", HEX40)),
    named("secret.privateai_named",
          "private[_-]?ai|lokalise|infura|etherscan|alchemy|moralis|bscscan",
          DOORWARD_NAMED("private[_-]?ai|lokalise|infura|etherscan|alchemy|moralis|bscscan",
                         "[0-9a-z]{32}|[0-9A-Z]{34}|[0-9A-Za-z_-]{32}")),
    named(
        "secret.jwt_secret_named", "jwt",
        R"(\bjwt[_-]?(?:secret|key|private|signing)\w{0,16}['"]?\s{0,3}(?:=>|:=|=|:)\s{0,3}['"`]?([^\s'"`,;]{8,200}))",
        password_value),
    named("secret.django_named", "SECRET_KEY",
          R"(\bSECRET_KEY(?:_BASE)?\s{0,3}(?:=|:)\s{0,3}['"]([^'"\n]{24,200})['"])", varied),
};
#undef DOORWARD_NAMED
#undef HEX32
#undef HEX40
#undef HEX64
#undef UUID

}  // namespace

std::span<const Rule> named_secret_rules() {
  return kRules;
}

}  // namespace doorward::detect
