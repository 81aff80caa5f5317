"""Short comments as people write them under posts of a brand, written for these tests: what language is each in?"""

COMMENTS = {
    "en": """
Where is my order?
When does the store in Leeds open?
Love these shoes!
So disappointed with the service
Do you ship to Norway?
Is this back in stock yet
The zip broke after two days, what now?
thanks a lot!
Best brand ever
Can I return it without the box?
Why is the app so slow today?
How much is the blue one?
My parcel never arrived
That was quick, thank you
Any discount for students?
please answer my message
These run small, go one size up
Still waiting for a refund
What a great idea
Not worth the money
""",
    "pl": """
Gdzie jest moja paczka?
Kiedy otwieracie sklep w Gdańsku?
Świetne buty!
Bardzo słaba obsługa
Czy wysyłacie do Norwegii?
Kiedy będzie znowu dostępny
Zamek zepsuł się po dwóch dniach, co teraz?
dziękuję bardzo!
Najlepsza marka
Czy mogę zwrócić bez pudełka?
Dlaczego aplikacja tak wolno działa?
Ile kosztuje ten niebieski?
Moja paczka nie dotarła
Szybko poszło, dzięki
Jest zniżka dla studentów?
prosze o odpowiedz na wiadomosc
Rozmiar jest za mały
Nadal czekam na zwrot pieniędzy
Super pomysł
Nie warto za te pieniądze
""",
    "de": """
Wo ist meine Bestellung?
Wann öffnet der Laden in Köln?
Tolle Schuhe!
Sehr enttäuscht vom Service
Liefert ihr nach Norwegen?
Ist das wieder auf Lager
Der Reißverschluss ist nach zwei Tagen kaputt, was nun?
vielen Dank!
Beste Marke überhaupt
Kann ich es ohne Karton zurückgeben?
Warum ist die App heute so langsam?
Wie viel kostet das blaue?
Mein Paket kam nie an
Das ging schnell, danke
Gibt es Rabatt für Studenten?
bitte antwortet auf meine Nachricht
Fällt klein aus, eine Nummer größer nehmen
Warte immer noch auf mein Geld
Was für eine schöne Idee
Das Geld nicht wert
""",
    "es": """
¿Dónde está mi pedido?
¿Cuándo abre la tienda de Sevilla?
¡Me encantan estos zapatos!
Muy decepcionada con el servicio
¿Hacéis envíos a Noruega?
Cuándo vuelve a estar disponible
La cremallera se rompió a los dos días, ¿y ahora qué?
¡muchas gracias!
La mejor marca
¿Puedo devolverlo sin la caja?
¿Por qué va tan lenta la aplicación hoy?
¿Cuánto cuesta el azul?
Mi paquete nunca llegó
Qué rápido, gracias
¿Hay descuento para estudiantes?
por favor contesten mi mensaje
Son pequeños, pide una talla más
Sigo esperando el reembolso
Qué buena idea
No vale lo que cuesta
""",
    "pt": """
Onde está o meu pedido?
Quando abre a loja de Recife?
Amei esses tênis!
Muito decepcionada com o atendimento
Vocês entregam na Noruega?
Quando volta ao estoque
O zíper quebrou em dois dias, e agora?
muito obrigada!
Melhor marca do mundo
Posso devolver sem a caixa?
Por que o aplicativo está tão lento hoje?
Quanto custa o azul?
Minha encomenda nunca chegou
Que rápido, obrigado
Tem desconto para estudante?
por favor respondam minha mensagem
A forma é pequena, peça um número maior
Ainda estou esperando o reembolso
Que ideia legal
Não vale o preço
""",
    "ja": """
注文した商品はどこですか？
大阪の店は何時に開きますか
この靴大好き！
サービスにがっかりしました
ノルウェーに発送できますか？
再入荷はいつですか
二日でファスナーが壊れました。どうすればいい？
ありがとうございます！
最高のブランドです
箱がなくても返品できますか？
今日アプリがすごく遅いのはなぜ？
青いのはいくらですか？
荷物が届きません
早かった、ありがとう
学割はありますか？
メッセージに返事をください
小さめなのでワンサイズ上がいいです
まだ返金を待っています
いいアイデア
値段に見合わない
""",
    "ar": """
أين طلبي؟
متى يفتح المتجر في دبي؟
أحب هذا الحذاء!
محبط جدا من الخدمة
هل تشحنون إلى النرويج؟
متى يتوفر مرة أخرى
انكسر السحاب بعد يومين، ماذا أفعل؟
شكرا جزيلا!
أفضل علامة تجارية
هل يمكنني إرجاعه بدون العلبة؟
لماذا التطبيق بطيء اليوم؟
كم سعر الأزرق؟
لم يصل طردي أبدا
كان سريعا، شكرا
هل يوجد خصم للطلاب؟
من فضلكم ردوا على رسالتي
المقاس صغير، خذ مقاسا أكبر
ما زلت أنتظر استرداد المال
فكرة رائعة
لا يستحق السعر
""",
}
COMMENTS = {language: lines.strip().splitlines() for language, lines in COMMENTS.items()}
