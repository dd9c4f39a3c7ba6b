extension NoticeRecord {
    /// The topic of what a reader of captured packets has to say, one sentence a notice.
    public static let importTopic = "import"
}
