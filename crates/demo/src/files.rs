//! What people send along: a picture of a screen or of a machine, a record of a provider's service, a log. Small, real, and made here.

use std::io::Write;

use draw::Draw;
use flate2::Compression;
use flate2::write::ZlibEncoder;

/// A file that somebody uploads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub name: String,
    pub content: Content,
}

/// What is in it; its bytes are made when they are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A program's window with a message.
    Screen {
        title: String,
        message: String,
        seed: u64,
    },
    /// A machine on a desk, with the label that it carries.
    Photo {
        label: String,
        seed: u64,
    },
    /// A page of text.
    Page {
        title: String,
        lines: Vec<String>,
    },
    Log(String),
}

impl Content {
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Content::Screen { title, message, seed } => screen(title, message, *seed),
            Content::Photo { label, seed } => photo(label, *seed),
            Content::Page { title, lines } => pdf(title, lines),
            Content::Log(text) => text.clone().into_bytes(),
        }
    }
}

/// A picture of 8 colours.
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

const WHITE: u8 = 0;
const BLACK: u8 = 1;
const GREY: u8 = 2;
const LIGHT: u8 = 3;
const BLUE: u8 = 4;
const RED: u8 = 5;
const TEAL: u8 = 6;
const BEIGE: u8 = 7;
const PALETTE: [[u8; 3]; 8] =
    [[255, 255, 255], [24, 24, 28], [120, 124, 130], [222, 225, 229], [24, 84, 160], [190, 38, 42], [0, 96, 100], [226, 214, 190]];

impl Picture {
    fn new(width: usize, height: usize, colour: u8) -> Picture {
        Picture { width, height, pixels: vec![colour; width * height] }
    }

    fn fill(&mut self, (left, top): (usize, usize), (width, height): (usize, usize), colour: u8) {
        for y in top..(top + height).min(self.height) {
            let row = y * self.width;
            self.pixels[row + left.min(self.width)..row + (left + width).min(self.width)].fill(colour);
        }
    }

    fn disc(&mut self, (x, y): (usize, usize), radius: usize, colour: u8) {
        for row in y.saturating_sub(radius)..(y + radius).min(self.height) {
            for column in x.saturating_sub(radius)..(x + radius).min(self.width) {
                if row.abs_diff(y).pow(2) + column.abs_diff(x).pow(2) < radius.pow(2) {
                    self.pixels[row * self.width + column] = colour;
                }
            }
        }
    }

    /// Letters of 5 by 7 points, each drawn as a square of `size`. Words go to the next line where they do not fit.
    fn write(&mut self, (left, top): (usize, usize), size: usize, colour: u8, text: &str) {
        let step = 6 * size;
        let (mut x, mut y) = (left, top);
        for word in text.split_whitespace() {
            if x > left && x + word.chars().count() * step > self.width.saturating_sub(8) {
                (x, y) = (left, y + 10 * size);
            }
            for letter in word.chars() {
                for (column, bits) in glyph(letter).iter().enumerate() {
                    for row in (0..7).filter(|row| bits >> row & 1 == 1) {
                        self.fill((x + column * size, y + row * size), (size, size), colour);
                    }
                }
                x += step;
            }
            x += step;
        }
    }

    /// As PNG (ISO/IEC 15948): a palette, a byte for each point, one compressed piece.
    fn png(&self) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut header = Vec::new();
        header.extend((self.width as u32).to_be_bytes());
        header.extend((self.height as u32).to_be_bytes());
        header.extend([8, 3, 0, 0, 0]);
        chunk(&mut png, *b"IHDR", &header);
        chunk(&mut png, *b"PLTE", PALETTE.as_flattened());
        let rows: Vec<u8> = self.pixels.chunks(self.width).flat_map(|row| std::iter::once(0).chain(row.iter().copied())).collect();
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        packed.write_all(&rows).expect("memory takes what is written to it");
        chunk(&mut png, *b"IDAT", &packed.finish().expect("memory takes what is written to it"));
        chunk(&mut png, *b"IEND", &[]);
        png
    }
}

fn chunk(png: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let mut crc = flate2::Crc::new();
    crc.update(&name);
    crc.update(data);
    png.extend((data.len() as u32).to_be_bytes());
    png.extend(name);
    png.extend(data);
    png.extend(crc.sum().to_be_bytes());
}

fn screen(title: &str, message: &str, seed: u64) -> Vec<u8> {
    let mut draw = Draw::new(seed);
    let mut picture = Picture::new(480, 300, *draw.pick(&[TEAL, BLUE, GREY]));
    // A document behind it, and the bar below.
    picture.fill((20 + draw.below(30), 16), (400, 230), WHITE);
    for line in 0..14 {
        picture.fill((60, 40 + line * 13), (180 + draw.below(160), 4), LIGHT);
    }
    picture.fill((0, 280), (480, 20), BLACK);
    picture.fill((6, 284), (12, 12), BLUE);
    let clock = format!("{}:{:02}", 8 + draw.below(10), draw.below(60));
    picture.write((430, 286), 1, WHITE, &clock);
    // The window with the message.
    let (left, top) = (70 + draw.below(40), 70 + draw.below(30));
    picture.fill((left - 1, top - 1), (322, 132), BLACK);
    picture.fill((left, top), (320, 130), LIGHT);
    picture.fill((left, top), (320, 20), BLUE);
    picture.write((left + 8, top + 7), 1, WHITE, title);
    picture.fill((left + 302, top + 4), (12, 12), RED);
    picture.disc((left + 28, top + 58), 14, RED);
    picture.write((left + 26, top + 52), 2, WHITE, "!");
    // Its own width, so that words break before its edge.
    let mut inside = Picture::new(250, 60, LIGHT);
    inside.write((0, 0), 1, BLACK, message);
    for y in 0..60 {
        let (from, to) = (y * 250, (top + 40 + y) * 480 + left + 56);
        picture.pixels[to..to + 250].copy_from_slice(&inside.pixels[from..from + 250]);
    }
    picture.fill((left + 220, top + 102), (80, 20), GREY);
    picture.write((left + 230, top + 109), 1, WHITE, "ACEPTAR");
    picture.png()
}

fn photo(label: &str, seed: u64) -> Vec<u8> {
    let mut draw = Draw::new(seed);
    let mut picture = Picture::new(480, 360, BEIGE);
    picture.fill((0, 240), (480, 120), GREY);
    let (width, height) = (220 + draw.below(120), 130 + draw.below(60));
    let (left, top) = (60 + draw.below(60), 250 - height);
    let body = *draw.pick(&[BLACK, LIGHT, WHITE]);
    picture.fill((left, top), (width, height), body);
    picture.fill((left + 14, top + 14), (width - 28, height / 2), if body == BLACK { GREY } else { BLACK });
    for n in 0..3 + draw.below(4) {
        picture.disc((left + 30 + n * 26, top + height - 24), 6, *draw.pick(&[RED, TEAL, BLUE]));
    }
    picture.fill((left + width - 130, top + height - 40), (120, 26), WHITE);
    picture.write((left + width - 124, top + height - 31), 1, BLACK, label);
    // The grain of a cheap camera.
    for _ in 0..2_500 {
        let place = draw.below(picture.pixels.len());
        picture.pixels[place] = *draw.pick(&[GREY, LIGHT, BLACK]);
    }
    picture.png()
}

/// A page of A4 with Helvetica, in the encoding that writes Spanish (PDF 1.4).
fn pdf(title: &str, lines: &[String]) -> Vec<u8> {
    let mut text = b"BT /F1 14 Tf 60 780 Td (".to_vec();
    text.extend(escaped(title));
    text.extend(b") Tj /F1 10 Tf 0 -30 Td 14 TL\n");
    for line in lines.iter().flat_map(|line| wrapped(line, 92)) {
        text.push(b'(');
        text.extend(escaped(&line));
        text.extend(b") Tj T*\n");
    }
    text.extend(b"ET");
    let mut content = format!("<< /Length {} >>\nstream\n", text.len()).into_bytes();
    content.extend(text);
    content.extend(b"\nendstream");
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>".to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        content,
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n").into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    places.iter().for_each(|place| file.extend(format!("{place:010} 00000 n \n").into_bytes()));
    file.extend(format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).into_bytes());
    file
}

/// In the first 256 characters, which is what the page's encoding has in common with Unicode; the few others of ours are replaced.
fn escaped(text: &str) -> Vec<u8> {
    let letter = |letter: char| match letter {
        '(' | ')' | '\\' => vec![b'\\', letter as u8],
        '–' | '—' => vec![b'-'],
        letter => vec![u8::try_from(u32::from(letter)).unwrap_or(b'?')],
    };
    text.chars().flat_map(letter).collect()
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is one from the beginning");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
    }
    lines
}

/// A letter as five columns of seven points, the lowest bit above. Accents are left out, small letters are written as capitals.
#[rustfmt::skip]
fn glyph(letter: char) -> [u8; 5] {
    match letter.to_uppercase().next().unwrap_or(letter) {
        'A' | 'Á' => [0x7E, 0x11, 0x11, 0x11, 0x7E], 'B' => [0x7F, 0x49, 0x49, 0x49, 0x36], 'C' => [0x3E, 0x41, 0x41, 0x41, 0x22],
        'D' => [0x7F, 0x41, 0x41, 0x22, 0x1C], 'E' | 'É' => [0x7F, 0x49, 0x49, 0x49, 0x41], 'F' => [0x7F, 0x09, 0x09, 0x09, 0x01],
        'G' => [0x3E, 0x41, 0x49, 0x49, 0x7A], 'H' => [0x7F, 0x08, 0x08, 0x08, 0x7F], 'I' | 'Í' => [0x00, 0x41, 0x7F, 0x41, 0x00],
        'J' => [0x20, 0x40, 0x41, 0x3F, 0x01], 'K' => [0x7F, 0x08, 0x14, 0x22, 0x41], 'L' => [0x7F, 0x40, 0x40, 0x40, 0x40],
        'M' => [0x7F, 0x02, 0x0C, 0x02, 0x7F], 'N' => [0x7F, 0x04, 0x08, 0x10, 0x7F], 'Ñ' => [0x7D, 0x09, 0x11, 0x21, 0x7D],
        'O' | 'Ó' => [0x3E, 0x41, 0x41, 0x41, 0x3E], 'P' => [0x7F, 0x09, 0x09, 0x09, 0x06], 'Q' => [0x3E, 0x41, 0x51, 0x21, 0x5E],
        'R' => [0x7F, 0x09, 0x19, 0x29, 0x46], 'S' => [0x46, 0x49, 0x49, 0x49, 0x31], 'T' => [0x01, 0x01, 0x7F, 0x01, 0x01],
        'U' | 'Ú' | 'Ü' => [0x3F, 0x40, 0x40, 0x40, 0x3F], 'V' => [0x1F, 0x20, 0x40, 0x20, 0x1F], 'W' => [0x3F, 0x40, 0x38, 0x40, 0x3F],
        'X' => [0x63, 0x14, 0x08, 0x14, 0x63], 'Y' => [0x07, 0x08, 0x70, 0x08, 0x07], 'Z' => [0x61, 0x51, 0x49, 0x45, 0x43],
        '0' => [0x3E, 0x51, 0x49, 0x45, 0x3E], '1' => [0x00, 0x42, 0x7F, 0x40, 0x00], '2' => [0x42, 0x61, 0x51, 0x49, 0x46],
        '3' => [0x21, 0x41, 0x45, 0x4B, 0x31], '4' => [0x18, 0x14, 0x12, 0x7F, 0x10], '5' => [0x27, 0x45, 0x45, 0x45, 0x39],
        '6' => [0x3C, 0x4A, 0x49, 0x49, 0x30], '7' => [0x01, 0x71, 0x09, 0x05, 0x03], '8' => [0x36, 0x49, 0x49, 0x49, 0x36],
        '9' => [0x06, 0x49, 0x49, 0x29, 0x1E], '!' => [0x00, 0x00, 0x5F, 0x00, 0x00], '.' => [0x00, 0x60, 0x60, 0x00, 0x00],
        ',' => [0x00, 0x50, 0x30, 0x00, 0x00], ':' => [0x00, 0x36, 0x36, 0x00, 0x00], '-' | '–' => [0x08, 0x08, 0x08, 0x08, 0x08],
        '/' => [0x20, 0x10, 0x08, 0x04, 0x02], '%' => [0x23, 0x13, 0x08, 0x64, 0x62], '(' => [0x00, 0x1C, 0x22, 0x41, 0x00],
        ')' => [0x00, 0x41, 0x22, 0x1C, 0x00], '«' => [0x08, 0x14, 0x2A, 0x14, 0x22], '»' => [0x22, 0x14, 0x2A, 0x14, 0x08],
        '+' => [0x08, 0x08, 0x3E, 0x08, 0x08], '¿' => [0x30, 0x48, 0x4D, 0x40, 0x20], '?' => [0x02, 0x01, 0x51, 0x09, 0x06],
        _ => [0x00, 0x00, 0x00, 0x00, 0x00],
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_picture_is_a_png_whose_points_are_there() {
        for content in [
            Content::Screen { title: "SIAF".into(), message: "No se encuentra el servidor de datos. Código 1042".into(), seed: 7 },
            Content::Photo { label: "74089950-0012".into(), seed: 9 },
        ] {
            let png = content.bytes();

            assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.ends_with(&[0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]));
            assert!(png.len() < 40_000, "{} bytes", png.len());
            let (mut rest, mut points) = (&png[8..], Vec::new());
            while let Some((length, more)) = rest.split_first_chunk::<4>() {
                let length = u32::from_be_bytes(*length) as usize;
                if &more[..4] == b"IDAT" {
                    flate2::read::ZlibDecoder::new(&more[4..4 + length]).read_to_end(&mut points).expect("it unpacks");
                }
                rest = &more[length + 8..];
            }
            assert!(points.len() == 481 * 300 || points.len() == 481 * 360, "{}", points.len());
            assert!(points.iter().all(|point| *point < 8));
        }
    }

    #[test]
    fn a_page_names_where_its_parts_begin() {
        let lines = vec!["Se deja constancia (con paréntesis) del cambio del ventilador. ".repeat(9)];
        let file = Content::Page { title: "Acta de conformidad N.º 12".into(), lines }.bytes();

        let text = String::from_utf8_lossy(&file);
        let table: usize =
            text.rsplit("startxref\n").next().and_then(|end| end.lines().next()).and_then(|n| n.parse().ok()).expect("a place");
        assert!(file.starts_with(b"%PDF-1.4") && file[table..].starts_with(b"xref\n0 6\n"));
        let third: usize = String::from_utf8_lossy(&file[table..]).lines().nth(5).and_then(|row| row[..10].parse().ok()).expect("a row");
        assert!(file[third..].starts_with(b"3 0 obj"));
        let words = b"\\(con par\xE9ntesis\\)";
        assert!(file.windows(words.len()).any(|part| part == words), "accents are one byte, and brackets are escaped");
    }

    #[test]
    fn the_same_content_is_the_same_bytes() {
        let photo = |seed| Content::Photo { label: "X".into(), seed }.bytes();
        assert_eq!(photo(1), photo(1));
        assert_ne!(photo(1), photo(2));
    }
}
