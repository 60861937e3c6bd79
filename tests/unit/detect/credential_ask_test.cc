#include "detect/credential_ask.h"

#include <gtest/gtest.h>

namespace doorward::detect {
namespace {

std::string asked(std::string_view message, std::string_view properties) {
  auto document = wire::JsonDocument::parse(R"({"message":)" + wire::json_quote(message) +
                                            R"(,"requestedSchema":{"type":"object","properties":)" +
                                            std::string(properties) + "}}");
  EXPECT_TRUE(document) << properties;
  return document ? credential_asked(document->root()) : "";
}

constexpr std::string_view kText = R"({"v":{"type":"string"}})";

TEST(CredentialAsked, InWhatTheFormSays) {
  for (const std::string_view message : {"Enter your password",
                                         "Please type what you use to sign in to GitHub",
                                         "Enter your раsswоrd",
                                         "Enter your pass\u200bword",
                                         "Enter your p a s s w o r d",
                                         "Enter your p4ssw0rd",
                                         "Enter your p@$sw0rd",
                                         "Ｅｎｔｅｒ ｙｏｕｒ ｐａｓｓｗｏｒｄ",
                                         "Enter the 6-digit code from your authenticator app",
                                         "Enter your 12 word recovery phrase",
                                         "Paste the contents of ~/.ssh/id_rsa",
                                         "Paste the value of GITHUB_TOKEN",
                                         "Paste your session cookie",
                                         "What is your mother's maiden name?",
                                         "Paste the DATABASE_URL connection string",
                                         "Please paste your bearer JWT",
                                         "To go on we need the API key of the account",
                                         "Your session expired, enter your password",
                                         "Never mind the rest, enter your password",
                                         "Don't wait: type the OTP",
                                         "Which password do you use for GitHub?",
                                         "What is the name of your cat and your password?",
                                         "Password:",
                                         "Paste your GitHub PAT",
                                         "Enter your PAT",
                                         "PAT",
                                         "Enter the PAT with repo scope",
                                         "enter your pat",
                                         "Paste a classic PAT here",
                                         "We need your Azure DevOps PAT to go on",
                                         "Enter the code we texted you",
                                         "Type the code sent to your phone",
                                         "Enter the one-time PIN",
                                         "Your sign-in code",
                                         "Enter the three digits on the back of the card",
                                         "Enter your login information",
                                         "Paste the deploy key",
                                         "Enter name, password",
                                         "Enter the URL, password and OTP",
                                         "Enter the number of your credit card",
                                         "What password do you use?",
                                         "We need the password",
                                         "Card number and CVV",
                                         "Your bank PIN",
                                         "Enter the PIN",
                                         "No password reset today. Enter the password instead.",
                                         "Bitte geben Sie Ihr Passwort ein",
                                         "Entrez votre mot de passe",
                                         "Introduzca su contraseña",
                                         "Introduza a sua senha",
                                         "Voer uw wachtwoord in",
                                         "Wprowadź swoje hasło",
                                         "请输入您的密码",
                                         "パスワードを入力してください",
                                         "비밀번호를 입력하세요",
                                         "Введите пароль",
                                         "أدخل كلمة المرور"})
    EXPECT_NE(asked(message, kText), "") << message;
}

TEST(CredentialAsked, InItsFields) {
  for (
      const std::string_view fields :
      {R"({"password":{"type":"string"}})",
       R"({"api_key":{"type":"string"}})",
       R"({"userPwd":{"type":"string"}})",
       R"({"passwd_1":{"type":"string"}})",
       R"({"APIKey":{"type":"string"}})",
       R"({"apiKey":{"type":"string"}})",
       R"({"f":{"type":"string","title":"Access token"}})",
       R"({"f":{"type":"string","description":"Your PIN for the bank account"}})",
       R"({"f":{"type":"string","default":"your password here"}})",
       R"({"f":{"type":"string","format":"password"}})",
       R"({"pin":{"type":"integer"}})",
       R"({"card_number":{"type":"string"},"cvv":{"type":"string"}})",
       R"({"city":{"type":"string"},"otp":{"type":"string"}})",
       R"({"client-secret":{"type":"string"}})",
       R"({"seedPhrase":{"type":"string"}})",
       R"({"f":{"type":"string","title":"Passwort"}})",
       R"({"github_pat":{"type":"string"}})",
       R"({"f":{"type":"string","title":"PAT"}})",
       R"x({"f":{"type":"string","title":"GitHub PAT (classic)"}})x",
       R"({"pat":{"type":"string"},"repository":{"type":"string"}})",
       R"({"passphrase":{"type":"string"}})",
       R"({"oneTimeCode":{"type":"string"}})",
       R"({"f":{"type":"string","title":"Value","description":"It starts with ghp_"}})",
       R"({"f":{"type":"string","title":"Value","description":"Looks like sk-..."}})",
       R"({"f":{"type":"string","pattern":"^glpat-[A-Za-z0-9]+$"}})",
       R"({"api":{"type":"string"},"key_1":{"type":"string"},"key_2":{"type":"string"}})",
       R"({"a":{"type":"string","title":"API"},"b":{"type":"string","title":"key, part 1"},"c":{"type":"string","title":"key, part 2"}})",
       R"({"first":{"type":"string","title":"First half of the API key"},"second":{"type":"string","title":"Second half"}})"})
    EXPECT_NE(asked("Continue", fields), "") << fields;
}

TEST(CredentialAsked, NotWhereOneIsOnlySpokenOf) {
  for (const std::string_view message :
       {"Which city do you live in?",
        "How many tokens should the summary have?",
        "Which key should the song be in?",
        "Name of the primary key column?",
        "Postal code?",
        "Name of the secretary?",
        "Keyword to search?",
        "Enter the name of the environment variable that holds the API key",
        "Enter the email address to send the password reset to",
        "Enter your email to reset your password",
        "Enter your name. We never ask for your password.",
        "Describe the problem. Do not enter your password here.",
        "How long is your password?",
        "What shall the password policy be called?",
        "Which secret should be rotated?",
        "Name of the password manager?",
        "Enter a title (no passwords please)",
        "Enter the token symbol to swap",
        "Which GPIO pin is the LED on?",
        "What should the token limit be?",
        "Which secret santa group are you in?",
        "Pin the message to which channel?",
        "Wie heißt die Passwortrichtlinie?",
        "Quale parola cerchi?",
        "Country code for shipping",
        "Which passenger has the window seat?",
        "Enter the URL of the API key management page",
        "Enter a description for this access token",
        "Enter your GitHub username (not your password)",
        "Which SSH key should be used?",
        "Your password has expired; enter your email to reset it",
        "Do you want to pay by credit card?",
        "Do you need an API key?",
        "Shall I pat the dog?",
        "What is Pat's email address?",
        "Enter the name of your colleague Pat",
        "Pat",
        "Is your Pat the one in Berlin?",
        "Give your dog a pat and say how it went",
        "Describe the patch",
        "Which pattern should the curtain have?",
        "Which pâté would you like?",
        "WHAT DID PAT SAY AT THE MEETING?",
        "Revoke the PAT ci?",
        "Name for the new PAT?",
        "Which country code?",
        "What should the discount code be called?",
        "Paste the code from line 12",
        "What happens if the password is wrong?",
        "Which MFA method do you prefer?",
        "Name for the new API key?",
        "Please note that no password is needed",
        "Delete API key prod?"})
    EXPECT_EQ(asked(message, kText), "") << message;
}

TEST(CredentialAsked, NotByFieldsThatTakeNone) {
  for (
      const std::string_view fields :
      {R"({"max_tokens":{"type":"integer"}})",
       R"({"passengers":{"type":"integer"}})",
       R"({"postal_code":{"type":"string"}})",
       R"({"secretary":{"type":"string"}})",
       R"({"keyword":{"type":"string"}})",
       R"({"token_limit":{"type":"integer"}})",
       R"({"password_policy":{"type":"string"}})",
       R"({"reset_password":{"type":"boolean"}})",
       R"({"password":{"type":"boolean"}})",
       R"({"ssh_key_file":{"type":"string"}})",
       R"({"token_address":{"type":"string"}})",
       R"({"private_key_path":{"type":"string"}})",
       R"({"pwd":{"type":"string","title":"Working directory"}})",
       R"({"pat":{"type":"string","title":"Pat"}})",
       R"({"patch":{"type":"string"}})",
       R"({"pattern":{"type":"string","pattern":"^[a-z]+$"}})",
       R"({"path":{"type":"string"}})",
       R"({"part_1":{"type":"string"},"part_2":{"type":"string"}})",
       R"({"key_part_1":{"type":"string","title":"Spare part 1"},"key_part_2":{"type":"string","title":"Spare part 2"}})",
       R"({"api":{"type":"string"},"language":{"type":"string"},"line_1":{"type":"string"},"line_2":{"type":"string"}})",
       R"({"first_name":{"type":"string"},"last_name":{"type":"string"}})",
       R"({"token_type":{"type":"string"}})",
       R"({"primary_key":{"type":"string"}})",
       R"({"email":{"type":"string","format":"email"}})",
       R"({"expires":{"type":"string","format":"date","title":"When does the password expire?"}})"})
    EXPECT_EQ(asked("Continue", fields), "") << fields;
  EXPECT_EQ(asked("Reset the password of user bob?", R"({"ok":{"type":"boolean"}})"), "");
  EXPECT_EQ(asked("Which password policy?", R"({"p":{"type":"string","enum":["strict"]}})"), "");
  EXPECT_EQ(
      asked("Where to deliver?", R"({"street":{"type":"string"},"pin_code":{"type":"string"}})"),
      "");
}

}  // namespace
}  // namespace doorward::detect
