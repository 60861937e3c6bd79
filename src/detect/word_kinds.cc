#include "detect/word_kinds.h"

#include <array>

namespace doorward::detect {

namespace {

// One line for each kind, words of the plain form between blanks: lower case, `don't` is `don` and
// `t`. English in full; of other languages what says whom one speaks to, what is taken back and
// where an answer is meant.
constexpr std::array kKinds = {
    // who is spoken to
    "assistant assistants ai llm llms agent agents model models chatbot chatbots bot bots gpt "
    "chatgpt claude gemini "
    "copilot llama mistral deepseek grok qwen robot machine summarizer reader asistente asistent "
    "assistente asystent "
    "assistenten asistan asistanı ki ia ии ші ассистент ассистента помощник помощника асистент "
    "pomocník avustaja "
    "asszisztens βοηθός trợ msaidizi asisten pembantu umsizi cúntóir asistenti",
    // who claims a say
    "system admin admins administrator administrators root sysadmin developer developers dev "
    "operator owner creator "
    "moderator supervisor superuser sudo openai anthropic google management headquarters "
    "compliance security policy "
    "policies authority authorized authorised authorization clearance privileged privileges "
    "official sistema système "
    "systeem systém systemet система системы системный sistem järjestelmä rendszer σύστημα "
    "administrador "
    "administrateur amministratore entwickler desarrollador développeur sviluppatore desenvolvedor",
    // what is taken back
    "ignore ignores ignoring disregard disregarding forget forgetting override overrides "
    "overriding overrule neglect "
    "dismiss discard bypass abandon supersede supersedes superseded suspend suspended revoke "
    "revoked void cancel "
    "cancelled canceled obsolete invalid ignorier ignoriere ignorieren vergiss missachte ignora "
    "ignorar ignorez "
    "oublie oubliez olvida olvide dimentica esqueça negeer vergeet zignoruj ignoruj zapomnij "
    "zapomeň ignoră hagyd "
    "ignorera ignorer glem glöm ohita unohda unut yok игнорируй игнорируйте забудь ігноруй αγνόησε "
    "ξέχασε abaikan "
    "lupakan huwag puuza sahau injoro harro ungayinaki khohlwa dearmad ignorujte ignorisi ignoriši "
    "zanemari",
    // what stood before
    "previous previously prior above earlier preceding existing original initial former foregoing "
    "old past "
    "bisherigen vorherigen früheren précédentes précédents anteriores anterior precedenti eerdere "
    "vorige poprzednie "
    "předchozí predošlé anterioare korábbi tidigare tidligere aiemmat aikaisemmat önceki "
    "предыдущие предыдущих "
    "попередні προηγούμενες sebelumnya trước naunang awali mëparshme edlule roimhe",
    // orders
    "instruction instructions prompt prompts command commands directive directives order orders "
    "guideline guidelines "
    "guidance rule rules constraint constraints restriction restrictions anweisung anweisungen "
    "instrucciones "
    "instrucción istruzioni istruzione instruções instrução instructies instrucciones consignes "
    "polecenia instrukcje "
    "pokyny pokynů instrucțiuni instrucțiunile utasítás utasítások utasítást instruktioner "
    "instruktion ohjeet "
    "talimat talimatları talimatlar инструкции инструкций инструкция указания інструкції οδηγίες "
    "instruksi perintah "
    "tagubilin maagizo maelekezo udhëzime udhëzimet imiyalelo treoracha treoir stiùiridhean",
    // work that is given
    "task tasks job request requests question questions query queries goal goals objective "
    "objectives mission "
    "assignment todo step steps action actions purpose aufgabe tarea tâche compito tarefa taak "
    "zadanie úkol sarcina "
    "feladat uppgift opgave tehtävä görev задача задание завдання εργασία tugas gawain kazi detyrë "
    "umsebenzi tasc obair",
    // another than before
    "new updated additional extra actual real true instead rather alternative revised latest next "
    "following special "
    "neue neuen nuevas nueva nouvelles nouvelle nuove nuova novas nova nieuwe nowe nové noi új nya "
    "nye uudet yeni новые "
    "новая нові νέες baru bagong mapya reja emisha nua úra",
    // how much it matters
    "important urgent urgently critical crucial attention mandatory required necessary immediately "
    "immediate "
    "emergency priority vital essential asap imperative warning alert notice caution wichtig "
    "wichtige importante "
    "importantes important belangrijke ważne důležité viktigt vigtige tärkeät önemli важные важно "
    "срочно σημαντικές "
    "penting mahalaga mahalagang muhimu rëndësishme ebalulekile tábhachtach tábhachtacha cudromach",
    // you
    "you your yours yourself u du dein deine deiner dir ihr ihre tu tus su votre vos ton ta seu "
    "sua jouw je twojej "
    "tvé ton din dit sinun sen senin твой твоём ваш σου anda kamu iyong yako tënde yakho agat agad "
    "bhur",
    // the one who is deceived
    "user users human humans client clients customer customers owner person people him her them "
    "they their his "
    "nutzer benutzer usuario utilisateur utente usuário gebruiker użytkownik пользователь "
    "пользователю",
    // when
    "before after once when while until first firstly upon whenever during afterwards finally "
    "lastly then meanwhile "
    "subsequently bevor zuerst antes primero avant abord prima voordat eerst zanim najpierw než "
    "először înainte",
    // what is said to be over
    "complete completed done finished finish over end ended ends success successful successfully "
    "accomplished solved "
    "answered failed failure error incomplete expired terminated",
    // what nobody is to know
    "silently secretly quietly discreetly covertly undetected unnoticed stealthily mention "
    "mentions reveal disclose "
    "inform hide hidden conceal secret confidential private invisible privately bypassing "
    "undisclosed",
    // no
    "not don no never nothing none without cannot neither nor nobody nie niemals nunca jamais "
    "nooit nigdy",
    // please
    "please kindly pls plz bitte por favor merci veuillez alsjeblieft proszę prosím rugăm kérlek "
    "snälla venligst lütfen "
    "пожалуйста παρακαλώ tolong mohon tafadhali ju lutem sicela ngicela",
    // must
    "must should shall need needs have has ought obliged supposed expected instructed told asked "
    "ordered müssen musst "
    "debes debe dois devez devi deve moet musisz musíš trebuie kell måste skal sinun должен должны "
    "повинен πρέπει harus "
    "dapat lazima duhet kumele ní feumaidh",
    // what a model gives
    "answer answers reply replies response responses output outputs summary summaries message "
    "messages result results "
    "conclusion translation antwort respuesta réponse risposta resposta antwoord odpowiedzi "
    "odpowiedź odpověď odpovědi "
    "răspuns răspunsul válasz válaszodba svar vastaus vastauksessasi yanıt yanıtına ответ ответе "
    "відповідь відповіді "
    "απάντηση απάντησή jawaban sagot jibu përgjigje përgjigjen empendulweni impendulo fhreagra "
    "fhreagairt",
    // to say
    "say says print respond write repeat include append insert state tell translate output display "
    "return mention "
    "recite encode decode summarize summarise quote spell echo show explain describe list conclude "
    "begin start sag "
    "schreibe antworte incluye escribe responde repite inclus écris réponds ajoute includi scrivi "
    "rispondi inclua "
    "escreva schrijf napisz umieść uveď include",
    // to send
    "send sends sending forward forwarding email mail post posts upload uploads transmit share "
    "shares sharing export "
    "publish exfiltrate leak deliver submit text dm message broadcast sync copy sende envía envoie "
    "envoyer invia envie "
    "stuur wyślij pošli trimite küldd skicka lähetä gönder отправь отправьте надішли στείλε kirim "
    "ipadala tuma dërgo",
    // to get
    "read open get gets retrieve fetch lookup find search access collect gather obtain extract "
    "load scan look pull "
    "query download check view identify locate discover dump",
    // to destroy
    "delete deletes remove erase wipe drop destroy purge disable deactivate kill terminate "
    "shutdown shut truncate "
    "uninstall unsubscribe disrupt interrupt sabotage corrupt overwrite format reject block lock",
    // to pay
    "transfer pay wire buy purchase deposit donate refund withdraw invest charge remit spend order "
    "book reserve",
    // to change
    "change update modify set reset replace alter adjust edit manage move rename rewrite swap "
    "convert redirect amend "
    "falsify tamper manipulate inflate reduce increase cancel reschedule reassign configure",
    // to allow
    "grant give allow authorize authorise approve enable add invite unlock permit accept confirm "
    "register enroll "
    "assign promote elevate whitelist share",
    // to run
    "run execute call invoke install visit click launch trigger deploy start perform follow "
    "proceed continue use "
    "activate initiate navigate go press paste browse carry obey comply do make ensure",
    // to make
    "create generate compose schedule draft prepare produce build write design develop implement "
    "formulate plan "
    "suggest recommend provide offer",
    // work on records
    "verify monitor audit validate assess evaluate analyze analyse examine inspect review conduct "
    "maintain secure "
    "protect record document process authenticate track investigate optimize supervise coordinate "
    "oversee archive "
    "back backup duplicate replicate intercept capture log revise correct allocate",
    // what is guarded
    "password passwords credential credentials key keys token tokens secrets ssn pin passphrase "
    "cookie cookies "
    "otp passcode apikey ssh aws env private_key api_key id_rsa authorized_keys",
    // what is private
    "email emails contact contacts records record data database file files account accounts "
    "address card cards "
    "history inbox calendar profile information details documents messages transactions balance "
    "medical financial "
    "personal sensitive confidential",
    // money and where it goes
    "usd eur gbp dollars euros iban bitcoin btc eth wallet bank payment payments invoice funds "
    "money amount recipient "
    "beneficiary paypal",
    // what an agent has
    "tool tools function functions api endpoint plugin shell terminal bash curl webhook script "
    "code",
    // an ID of a record
    "id ids number no identifier reference",
    // states
    "mode debug sandbox test tests testing training exercise simulation maintenance jailbreak dan "
    "unrestricted "
    "unfiltered hypothetical pretend imagine roleplay act persona",
    // a mistake that is owned up to
    "sorry apologies apologize mistake forgot oops actually correction update changed mind lo "
    "perdón désolé scusa "
    "desculpa przepraszam omlouvám uxolo brón duilich fal",
    // on which condition
    "if unless whether provided otherwise else case regardless matter despite whatever even",
    // the one who speaks
    "i me my mine we us our",
    // what the reader reads
    "document page text content article webpage website context passage paragraph section sentence "
    "conversation chat "
    "session input prompt instruction note comment",
    // addresses
    "\x01url \x01mail http https www",
};

struct Table {
  static constexpr size_t kSlots = 4096;
  std::array<uint32_t, kSlots> tags{};
  std::array<uint8_t, kSlots> kinds{};

  static constexpr size_t place(uint64_t hash) { return (hash ^ hash >> 29) % kSlots; }
  static constexpr uint32_t tag(uint64_t hash) { return static_cast<uint32_t>(hash >> 32) | 1U; }

  constexpr Table() {
    for (size_t kind = 0; kind < kKinds.size(); ++kind) {
      const std::string_view words = kKinds[kind];
      uint64_t hash = 0;
      for (size_t at = 0; at <= words.size(); ++at) {
        if (at < words.size() && words[at] != ' ') {
          hash = with_byte(hash, words[at]);
          continue;
        }
        if (hash != 0) add(hash, static_cast<uint8_t>(kind + 1));
        hash = 0;
      }
    }
  }
  // A word of two kinds is of the first.
  constexpr void add(uint64_t hash, uint8_t kind) {
    size_t at = place(hash);
    while (tags[at] != 0 && tags[at] != tag(hash)) at = (at + 1) % kSlots;
    if (tags[at] != 0) return;
    tags[at] = tag(hash);
    kinds[at] = kind;
  }
  [[nodiscard]] uint8_t find(uint64_t hash) const {
    for (size_t at = place(hash); tags[at] != 0; at = (at + 1) % kSlots)
      if (tags[at] == tag(hash)) return kinds[at];
    return 0;
  }
};
constexpr Table kTable;

}  // namespace

uint8_t kind_of_word(uint64_t hash) {
  return kTable.find(hash);
}

uint8_t kind_of(std::string_view word) {
  uint64_t hash = 0;
  for (const char c : word) hash = with_byte(hash, c);
  return kind_of_word(hash);
}

}  // namespace doorward::detect
