import CaptureFormat
import Dissection
import PcapImport
import Vocabulary

/// `wsreplay info` of a packet file: what the file is, and what is in it.
enum PacketInfo {
    static func show(_ file: PacketFile, _ options: DissectionOptions) throws {
        let reader = try PacketReader(file, options: options)
        let progress = ReadingProgress(of: file.path, byteCount: file.byteCount)
        defer { progress.end() }
        var count = RecordCount()
        var notes: [String] = []
        let state = try reader.read(progress: progress.report) { entry, _ in
            count.note(entry)
            guard case .notice(let notice) = entry.record,
                notice.topic == NoticeRecord.importTopic
            else { return }
            notes.append(notice.text)
        }
        progress.end()
        let figures = reader.figures
        var rows: [(String, String)] = [
            ("file", file.path), ("bytes", String(file.byteCount)), ("format", file.description),
            ("link", reader.linkName), ("snap length", String(reader.snapByteCount)),
            ("packets", String(figures.packetCount)), ("with TCP", String(figures.segmentCount)),
            ("TCP streams", String(figures.streamCount)),
            ("connections", String(figures.notes.connectionCount)),
        ]
        if let first = figures.first { rows.append(("first", first.rfc3339(fractionDigits: 9))) }
        if let last = figures.last { rows.append(("last", last.rfc3339(fractionDigits: 9))) }
        rows += notes.map { ("note", $0) }
        InfoTable.show(rows, "records", count.sorted)
        try FileStateReport.tell(state, of: file.path)
    }
}
