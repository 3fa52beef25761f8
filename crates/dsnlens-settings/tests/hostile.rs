//! Hostile texts are answered.

use dsnlens_settings::{Question, read};

#[test]
fn every_hostile_text_is_answered() {
    let nested: String =
        (0..10_000).map(|it| format!("{}if x:\n", " ".repeat(it.min(300)))).collect();
    let texts = [
        "(".repeat(1 << 20),
        "[".repeat(1 << 20),
        "x = ".to_string() + &"-".repeat(1 << 20) + "1\n",
        "x = a".to_string() + &".b".repeat(1 << 19) + "\n",
        "x = 1".to_string() + &" + 1".repeat(1 << 18) + "\n",
        nested,
        "while True:\n    x = 1\n".into(),
        "def f():\n    return f()\nDATABASES = f()\n".into(),
        "a = 'x'\n".to_string() + &"a = a + a\n".repeat(200) + "DATABASES = a\n",
        "a = []\n".to_string() + &"a = [a, a]\n".repeat(200) + "DATABASES = a\n",
        "DATABASES = 10 ** 10 ** 10\n".into(),
        "R = range(9999)\nDATABASES = [1 for a in R for b in R for c in R]\n".into(),
    ];
    for text in texts {
        let module = read(&Question { text: &text, ..Question::default() });
        assert!(module.files.len() == 1);
    }
}
